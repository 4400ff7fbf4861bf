import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import type { Running } from '../../src/server/running.ts'
import { startSimulator } from '../../src/server/simulator.ts'

export interface SimulatorClients extends Running {
  readonly url: string
  readonly openai: OpenAI
  readonly anthropic: Anthropic
  readonly google: GoogleGenAI
}

/** Starts the simulated providers with the official SDK of each protocol. */
export async function startSimulatorClients(): Promise<SimulatorClients> {
  const running = await startSimulator({ port: 0 })
  const url = `http://127.0.0.1:${running.ports.simulator}`
  return {
    ...running,
    url,
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'simulated', maxRetries: 0 }),
    anthropic: new Anthropic({ baseURL: url, apiKey: 'simulated', maxRetries: 0 }),
    google: new GoogleGenAI({
      apiKey: 'simulated',
      httpOptions: { baseUrl: url, apiVersion: 'v1beta' },
    }),
  }
}
