import { Outlet } from '@tanstack/react-router'
import { useLanguage } from '../messages/language.tsx'
import { FilterBar } from './filter-bar.tsx'
import { Header } from './header.tsx'
import styles from './shell.module.css'
import { SimulatedBanner } from './simulated-banner.tsx'
import { StatusStrip } from './status-strip.tsx'

/** What surrounds every page. */
export function Shell() {
  const { messages } = useLanguage()
  return (
    <>
      <a className={styles.skip} href="#content">
        {messages.nav.skip}
      </a>
      <SimulatedBanner />
      <Header />
      <StatusStrip />
      <main id="content" className={styles.content}>
        <FilterBar />
        <Outlet />
      </main>
    </>
  )
}
