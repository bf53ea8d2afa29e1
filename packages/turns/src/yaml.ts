export { turnFromYaml, turnToYaml } from './yaml/turn-yaml.ts'
