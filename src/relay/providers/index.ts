import type { Config } from '../../kernel/index.ts'
import { anthropic } from './anthropic.ts'
import { azure, isAzureHost } from './azure.ts'
import { deepseek } from './deepseek.ts'
import { google } from './google.ts'
import { openai } from './openai.ts'
import { openaiCompatible } from './openai-compatible.ts'
import type { Provider } from './provider.ts'

type Kind = Config['providers'][string]['kind']

/**
 * Returns what is to be known of a kind of provider. Azure is also recognised by its host, as
 * its credential would be refused otherwise.
 *
 * @param baseUrl a valid URL, as the configuration has checked
 */
export function providerOf(
  kind: Kind,
  baseUrl: string | undefined,
  apiVersion: string | undefined,
): Provider {
  switch (kind) {
    case 'openai':
      return openai
    case 'anthropic':
      return anthropic
    case 'google':
      return google
    case 'deepseek':
      return deepseek
    case 'azure':
      return azure(baseUrl, apiVersion)
    case 'openai-compatible':
      return baseUrl !== undefined && isAzureHost(new URL(baseUrl).hostname)
        ? azure(baseUrl, apiVersion)
        : openaiCompatible
    default:
      return kind satisfies never
  }
}
