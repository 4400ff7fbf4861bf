import './styles/mantine.ts'
import './styles/tokens.css'
import './styles/base.css'
import { createTheme, MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { LanguageProvider } from './messages/language.tsx'
import { router } from './router.tsx'

const queries = new QueryClient({
  defaultOptions: {
    // polling asks again anyway, and a second attempt would only delay telling what is wrong
    queries: { retry: false, gcTime: 30_000, refetchOnWindowFocus: true },
  },
})

const theme = createTheme({ cursorType: 'pointer', respectReducedMotion: true })

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root')

createRoot(root).render(
  <StrictMode>
    {/* the variables and classes stand in style sheets, because inline styles are not allowed */}
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
      withStaticClasses={false}
    >
      <LanguageProvider>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LanguageProvider>
    </MantineProvider>
  </StrictMode>,
)
