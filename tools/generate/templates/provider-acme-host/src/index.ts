export { type AcmeHostOptions, acmeHost } from './acme-host.ts'
