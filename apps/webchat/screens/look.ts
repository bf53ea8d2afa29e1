// Serves the app with the model of the pictures, to look at it by hand:
//   npm run x -- node apps/webchat/screens/look.ts
import { startDemo } from './start-demo.ts'

const { url } = await startDemo(4_391)
console.log(url)
