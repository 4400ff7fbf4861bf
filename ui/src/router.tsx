import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { OverviewPage } from './overview/overview-page.tsx'
import { CrashedPage, MissingPage } from './shell/fallback-pages.tsx'
import { Shell } from './shell/shell.tsx'
import { type ConsoleParams, formatParams, parseParams } from './state/console-params.ts'

const root = createRootRoute({
  component: Shell,
  notFoundComponent: MissingPage,
  errorComponent: CrashedPage,
  validateSearch: (search): ConsoleParams => search,
})

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: OverviewPage,
})

const requests = createRoute({
  getParentRoute: () => root,
  path: '/requests',
  component: lazyRouteComponent(() => import('./requests/requests-page.tsx'), 'RequestsPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([overview, requests]),
  parseSearch: (search): Record<string, unknown> => ({ ...parseParams(search) }),
  stringifySearch: formatParams,
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
