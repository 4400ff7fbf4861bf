import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const children: ChildProcess[] = []

/** Ends everything that was started here. */
export async function stopAll(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(5_000).then(() => child.kill('SIGKILL'))])
  }
}

/** Starts one of the bench's processes on one core and returns the JSON line it prints. */
export async function startPinned<Answer>(
  core: number,
  file: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<Answer & { readonly pid: number }> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const command = ['-c', String(core), process.execPath, ...nodeOptions, path, ...args]
  const child = spawn('taskset', command, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  let output = ''
  for await (const data of child.stdout) {
    output += String(data)
    if (output.includes('\n')) break
  }
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts nginx as a bare proxy on one core; undefined where it is not installed. */
export async function startNginx(
  core: number,
  upstreamPort: number,
): Promise<{ readonly port: number; readonly pid: number } | undefined> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'bellwether-nginx-'))
  writeFileSync(join(folder, 'nginx.conf'), nginxConfig(folder, port, upstreamPort))
  const args = ['-c', String(core), 'nginx', '-p', folder, '-e', 'stderr']
  const child = spawn('taskset', [...args, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
  children.push(child)
  child.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  child.on('error', () => undefined)
  for (let tries = 0; tries < 50; tries++) {
    if (await accepts(port)) return { port, pid: child.pid ?? 0 }
    if (child.exitCode !== null) return undefined
    await sleep(100)
  }
  return undefined
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
