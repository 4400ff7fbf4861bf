export { StoreSnapshots } from './store-snapshots.ts'
