export { consoleRoutes } from './console-routes.ts'
export type { ConsoleStatus } from './console-status.ts'
