/** Why data that only its maker understands was not kept, or will not go back. */
export const opaqueReason = 'only its maker understands it, and nobody said who that is: give the provenance'
