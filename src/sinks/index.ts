export { compareIndices, type IndexComparison } from './comparison/compare-indices.ts'
export { type BulkDocument, bulkDocument } from './elasticsearch/bulk-document.ts'
export { type ClusterAccess, clusterAccess } from './elasticsearch/cluster-access.ts'
export {
  ClusterClient,
  type ClusterMethod,
  type StreamedAnswer,
} from './elasticsearch/cluster-client.ts'
export { type DeadLetterCounts, DeadLetters } from './elasticsearch/dead-letters.ts'
export { ElasticsearchSink, type SinkStatus } from './elasticsearch/elasticsearch-sink.ts'
