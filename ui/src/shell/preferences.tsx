import {
  ActionIcon,
  Button,
  Menu,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import { IconCheck, IconLanguage, IconMoon, IconSun } from '../icons.ts'
import { LANGUAGES, type LanguageName, useLanguage } from '../messages/language.tsx'
import styles from './preferences.module.css'

/** Language and colours, kept in this browser. */
export function Preferences() {
  return (
    <div className={styles.preferences}>
      <LanguagePicker />
      <ColourToggle />
    </div>
  )
}

function LanguagePicker() {
  const { language, messages, setLanguage } = useLanguage()
  const names = Object.keys(LANGUAGES) as LanguageName[]
  return (
    <Menu position="bottom-end" returnFocus>
      <Menu.Target>
        <Button
          variant="subtle"
          size="xs"
          color="gray"
          className={styles.language}
          leftSection={<IconLanguage size={16} aria-hidden />}
          aria-label={`${messages.settings.language}: ${LANGUAGES[language].name}`}
        >
          {language.toUpperCase()}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {names.map((name) => (
          <Menu.Item
            key={name}
            lang={name}
            rightSection={name === language ? <IconCheck size={14} aria-hidden /> : null}
            onClick={() => setLanguage(name)}
          >
            {LANGUAGES[name].name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function ColourToggle() {
  const { messages } = useLanguage()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark'
  const Icon = dark ? IconSun : IconMoon
  const label = dark ? messages.settings.toLight : messages.settings.toDark
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      <Icon size={17} aria-hidden />
    </ActionIcon>
  )
}
