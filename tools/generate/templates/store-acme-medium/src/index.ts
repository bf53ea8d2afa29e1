export { type AcmeMediumStoreOptions, createAcmeMediumStore } from './acme-medium-store.ts'
export { type LoadedText, type Medium, openFolder } from './medium.ts'
