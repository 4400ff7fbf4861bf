import { Link } from '@tanstack/react-router'
import { useLanguage } from '../messages/language.tsx'
import { useConsoleState } from '../state/use-console-state.ts'
import styles from './header.module.css'
import { LiveToggle } from './live-toggle.tsx'
import { Preferences } from './preferences.tsx'
import { RangePicker } from './range-picker.tsx'
import { SearchBox } from './search-box.tsx'

/** Pages, search, time range and preferences. */
export function Header() {
  const { messages } = useLanguage()
  const { text } = useConsoleState()
  return (
    <header className={styles.header}>
      <Link to="/" className={styles.brand}>
        <img src="/favicon.svg" alt="" width={22} height={22} />
        Bellwether
      </Link>
      <nav className={styles.nav} aria-label={messages.nav.label}>
        <PageLink to="/" label={messages.nav.overview} />
        <PageLink to="/requests" label={messages.nav.requests} />
      </nav>
      <SearchBox key={text} text={text} />
      <div className={styles.time}>
        <RangePicker />
      </div>
      <div className={styles.tools}>
        <LiveToggle />
        <Preferences />
      </div>
    </header>
  )
}

/** Leads to a page; range and filters stay, what belongs to one page goes. */
function PageLink({ to, label }: { readonly to: '/' | '/requests'; readonly label: string }) {
  return (
    <Link
      to={to}
      search={({ call: _, q: __, ...others }) => others}
      activeOptions={{ exact: true, includeSearch: false }}
      className={styles.link}
    >
      {label}
    </Link>
  )
}
