export { type ElizaOptions, eliza } from './eliza.ts'
export { doctorScript } from './script/doctor.ts'
export type { Answer, ElizaScript, Keyword, Rule } from './script/script.ts'
