import { Drawer, Skeleton, Tabs } from '@mantine/core'
import { useState } from 'react'
import type { SearchHit } from '../api/elastic.ts'
import { useLanguage } from '../messages/language.tsx'
import { FailureNotice } from '../shared/failure-notice.tsx'
import styles from './call-drawer.module.css'
import { CallFields } from './call-fields.tsx'
import { CallHeader } from './call-header.tsx'
import { ConversationView } from './conversation-view.tsx'
import { useCall } from './use-requests.ts'

interface CallDrawerProps {
  /** The call to show; undefined when none is open. */
  readonly id: string | undefined
  onClose(): void
}

/** Everything about one call. */
export function CallDrawer({ id, onClose }: CallDrawerProps) {
  const { detail } = useLanguage().messages
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      classNames={{ content: styles.surface ?? '', header: styles.surface ?? '' }}
      position="right"
      size="46rem"
      title={<span className={styles.title}>{detail.title}</span>}
      closeButtonProps={{ 'aria-label': detail.close }}
      // locking the page's scroll would need inline styles, which are not allowed
      lockScroll={false}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      {id === undefined ? null : <CallBody key={id} id={id} />}
    </Drawer>
  )
}

function CallBody({ id }: { readonly id: string }) {
  const { detail } = useLanguage().messages
  const { data: hit, error, refetch } = useCall(id)
  if (error) return <FailureNotice error={error} onRetry={() => void refetch()} />
  if (hit === undefined) return <Skeleton height={480} />
  if (hit === null) {
    return (
      <p>
        <code>{id}</code>: {detail.missing}
      </p>
    )
  }
  return <CallTabs hit={hit} />
}

function CallTabs({ hit }: { readonly hit: SearchHit }) {
  const { tabs } = useLanguage().messages.detail
  const [tab, setTab] = useState<string | null>('call')
  return (
    <div className={styles.call}>
      <CallHeader hit={hit} />
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="call">{tabs.call}</Tabs.Tab>
          <Tabs.Tab value="conversation">{tabs.conversation}</Tabs.Tab>
          <Tabs.Tab value="json">{tabs.json}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="call">
          <CallFields record={hit._source} />
        </Tabs.Panel>
        <Tabs.Panel value="conversation">
          <ConversationView record={hit._source} />
        </Tabs.Panel>
        <Tabs.Panel value="json">
          <pre className={styles.json}>{JSON.stringify(hit, undefined, 2)}</pre>
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}
