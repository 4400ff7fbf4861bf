import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const children: ChildProcess[] = []

/** A process that has not ended so long after it was asked to is killed. */
const END_MS = 5_000

/** Ends one process that was started here. */
export async function stop(pid: number): Promise<void> {
  const index = children.findIndex((child) => child.pid === pid)
  const [child] = index === -1 ? [] : children.splice(index, 1)
  if (child !== undefined) await end(child)
}

/** Ends everything that was started here. */
export async function stopAll(): Promise<void> {
  while (children.length > 0) await Promise.all(children.splice(0).map(end))
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), END_MS)
  await ended
  clearTimeout(kill)
}

/** A process that could not be started at all has no id. */
function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null
}

/** Moves this process to one core. */
export function pinSelf(core: number): void {
  const { status } = spawnSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)])
  if (status !== 0) throw new Error(`taskset could not move the benchmark to core ${core}`)
}

/** Starts one of the bench's processes on one core and returns the JSON line it prints. */
export async function startPinned<Answer>(
  core: number,
  file: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Answer & { readonly pid: number }> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const command = ['-c', String(core), process.execPath, ...nodeOptions, path, ...args]
  const child = spawn('taskset', command, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  children.push(child)
  let output = ''
  for await (const data of child.stdout) {
    output += String(data)
    if (output.includes('\n')) break
  }
  if (!output.includes('\n')) throw new Error(`${file} ended before it was ready`)
  return { ...(JSON.parse(output) as Answer), pid: child.pid ?? 0 }
}

/** Resident memory of a process in MB. */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

/** Clock ticks of the kernel's process times per second. */
const TICKS_PER_SECOND = 100

/** Processor time that a process has used so far, user and system, in microseconds. */
export function processorMicroseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6
}

/** A port of the loopback address that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export interface ServerStart {
  readonly core: number
  readonly command: readonly string[]
  /** Where it will listen. */
  readonly port: number
  /** What it is started in; removed when it has ended. */
  readonly folder: string
  /** Its whole environment; default: this process's own. */
  readonly environment?: Readonly<Record<string, string>>
  readonly withinMs: number
}

/** Starts another's server; undefined when it does not listen in time. */
export async function startServer(
  start: ServerStart,
): Promise<{ readonly port: number; readonly pid: number } | undefined> {
  const { core, command, port, folder } = start
  const child = spawn('taskset', ['-c', String(core), ...command], {
    stdio: 'ignore',
    cwd: folder,
    env: start.environment ?? process.env,
  })
  children.push(child)
  const clean = () => rmSync(folder, { recursive: true, force: true })
  child.on('exit', clean)
  child.on('error', clean)
  const latestMs = performance.now() + start.withinMs
  while (performance.now() < latestMs && !hasEnded(child)) {
    if (await accepts(port)) return { port, pid: child.pid ?? 0 }
    await sleep(100)
  }
  await end(child)
  return undefined
}

/** Starts nginx as a bare proxy on one core; undefined where it is not installed. */
export async function startNginx(
  core: number,
  upstreamPort: number,
): Promise<{ readonly port: number; readonly pid: number } | undefined> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'bellwether-nginx-'))
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, nginxConfig(folder, port, upstreamPort))
  const command = ['nginx', '-p', folder, '-e', 'stderr', '-c', file]
  return startServer({ core, command, port, folder, withinMs: NGINX_START_MS })
}

const NGINX_START_MS = 5_000

/** Version of the nginx that `startNginx` starts; undefined where there is none. */
export function nginxVersion(): string | undefined {
  const { stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' })
  return /nginx\/(\S+)/.exec(stderr ?? '')?.[1]
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function nginxConfig(folder: string, port: number, upstreamPort: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n')
  return `
master_process off;
daemon off;
pid ${folder}/nginx.pid;
error_log /dev/null crit;
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary}
  client_max_body_size 50m;
  client_body_buffer_size 2m;
  keepalive_requests 1000000;
  upstream provider { server 127.0.0.1:${upstreamPort}; keepalive 1024; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`
}
