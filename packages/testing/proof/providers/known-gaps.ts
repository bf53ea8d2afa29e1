/** Something that an adapter does not do as recorded, and why that is so. Its test fails as soon as it does. */
interface KnownGap {
  /** The fault, as far as it is the same wherever it shows. */
  readonly fault: RegExp
  readonly reason: string
}

const knownGaps: readonly KnownGap[] = []

/** The faults that nobody knows of. */
export function unknownFaults(faults: readonly string[]): readonly string[] {
  return faults.filter((fault) => !knownGaps.some((gap) => gap.fault.test(fault)))
}

/** The gaps that are none any more: take them off the list. */
export function closedGaps(faults: readonly string[]): readonly string[] {
  return knownGaps.filter((gap) => !faults.some((fault) => gap.fault.test(fault))).map(({ fault }) => fault.source)
}
