export {
  type ReceivedRequest,
  type ReplayServer,
  type ReplayServerOptions,
  type RequestEnd,
  startReplayServer,
} from './replay-server.ts'
