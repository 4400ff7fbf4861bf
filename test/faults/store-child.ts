import { writeSync } from 'node:fs'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { DuckDBConnection } from '@duckdb/node-api'
import { loadConfig } from '../../src/kernel/index.ts'
import { ColumnsService } from '../../src/server/log/columns-service.ts'
import { Positions } from '../../src/server/log/positions.ts'
import { TextService } from '../../src/server/log/text-service.ts'
import { Manifest } from '../../src/store/index.ts'
import { JOURNALS, journalFolders, openTestStore, storeFolder } from './store-fixture.ts'

/**
 * Follows the journals until it is killed. Without `--stage` with all threads as in production;
 * with one, both writers run in this thread and it kills itself at the `--at`-th time that it
 * comes to the stage.
 */
const { values } = parseArgs({
  options: { data: { type: 'string' }, stage: { type: 'string' }, at: { type: 'string' } },
})
const data = values.data ?? ''

let left = Number(values.at ?? 0)

function reach(stage: string): void {
  if (stage !== values.stage || --left > 0) return
  process.kill(process.pid, 'SIGKILL')
}

function inDays(database: DatabaseSync): boolean {
  return database.location()?.includes('/days/') ?? false
}

function watchText(): void {
  const { exec } = DatabaseSync.prototype
  DatabaseSync.prototype.exec = function (sql) {
    const isCommit = sql === 'COMMIT' && inDays(this)
    if (isCommit) reach('text before commit')
    exec.call(this, sql)
    if (isCommit) reach('text after commit')
  }
  const { run } = StatementSync.prototype
  StatementSync.prototype.run = function (...parameters: unknown[]) {
    reach('text statement')
    return Reflect.apply(run, this, parameters) as ReturnType<StatementSync['run']>
  }
}

function watchColumns(): void {
  const { run } = DuckDBConnection.prototype
  DuckDBConnection.prototype.run = async function (sql, ...rest) {
    if (sql === 'COMMIT') reach('columns before commit')
    const result = await Reflect.apply(run, this, [sql, ...rest])
    if (sql === 'BEGIN') reach('columns begun')
    if (sql.startsWith('UPDATE') || sql.startsWith('INSERT')) reach('columns position')
    if (sql === 'COMMIT') reach('columns after commit')
    return result
  }
}

async function followHere(): Promise<void> {
  const folder = storeFolder(data)
  const manifest = Manifest.open(folder)
  const folders = journalFolders(data)
  const settings = {
    folder,
    journals: JOURNALS.map((name) => ({
      name,
      number: manifest.journalNumber(name),
      folder: folders[name],
    })),
    config: loadConfig(undefined, {}),
    committed: Positions.create(JOURNALS.length).buffer,
  }
  watchText()
  watchColumns()
  await TextService.open(settings)
  await ColumnsService.open(settings)
}

if (values.stage === undefined) await openTestStore(data)
else await followHere()
writeSync(1, 'open\n')
