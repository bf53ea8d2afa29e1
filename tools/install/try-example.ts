// Puts an example into a folder and installs it there, with the packages as they are here:
//   npm run -s x -- node tools/install/try-example.ts first-chat ../my-first-chat
import { resolve } from 'node:path'
import { packAll } from '../pack/pack.ts'
import { copyExample, findExamples } from './examples.ts'
import { npmInstall } from './npm-install.ts'

const [name, folder] = process.argv.slice(2)
const example = findExamples().find((found) => found.name === name)
if (example === undefined || folder === undefined) {
  const names = findExamples().map((found) => found.name)
  throw new Error(`say which example and into which folder; there are ${names.join(', ')}`)
}
await copyExample(example, resolve(folder))
await npmInstall(resolve(folder), example.installs, await packAll())
console.log(`cd ${folder} && npm start`)
