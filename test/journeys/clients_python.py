"""Uses a search server through the official Python clients; prints what became of each check as JSON.

Environment: SEARCH (address), LACKS (features that the server does not have, as a JSON list).
"""

import json
import os
import traceback
import warnings

import elasticsearch
import elasticsearch.helpers
import opensearchpy
import opensearchpy.helpers
from elasticsearch_dsl import A, Date, Document, Integer, Keyword, Q, Search, Text

SEARCH = os.environ["SEARCH"]
LACKS = set(json.loads(os.environ["LACKS"]))
# methods that are to be replaced one day still have to work
warnings.simplefilter("ignore")


def raises(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


def equal(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


class Elastic:
    """Version 8: bodies are named arguments, errors have `meta.status` and `body`."""

    module = elasticsearch
    NotFound = elasticsearch.NotFoundError
    Conflict = elasticsearch.ConflictError
    BadRequest = elasticsearch.BadRequestError

    def __init__(self):
        self.client = elasticsearch.Elasticsearch(SEARCH, http_compress=True, max_retries=0)

    def search(self, body, **target):
        return self.client.search(**target, **body)

    def index(self, document, **target):
        return self.client.index(document=document, **target)

    def update(self, body, **target):
        return self.client.update(**target, **body)

    def create_index(self, name, body):
        return self.client.indices.create(index=name, **body)

    def told(self, error):
        return error.meta.status, error.body["error"]["type"]

    def open_point(self, index):
        return self.client.open_point_in_time(index=index, keep_alive="1m")["id"]

    def close_point(self, point):
        assert self.client.close_point_in_time(id=point)["succeeded"]

    tiebreaker = []


class OpenSearch:
    """Bodies are one argument, errors have `status_code` and `info`."""

    module = opensearchpy
    NotFound = opensearchpy.NotFoundError
    Conflict = opensearchpy.ConflictError
    BadRequest = opensearchpy.RequestError

    def __init__(self):
        self.client = opensearchpy.OpenSearch(SEARCH, http_compress=True, max_retries=0)

    def search(self, body, **target):
        return self.client.search(body=body, **target)

    def index(self, document, **target):
        return self.client.index(body=document, **target)

    def update(self, body, **target):
        return self.client.update(body=body, **target)

    def create_index(self, name, body):
        return self.client.indices.create(index=name, body=body)

    def told(self, error):
        return error.status_code, error.info["error"]["type"]

    def open_point(self, index):
        return self.client.create_pit(index=index, params={"keep_alive": "1m"})["pit_id"]

    def close_point(self, point):
        closed = self.client.delete_pit(body={"pit_id": [point]})["pits"]
        equal(closed, [{"successful": True, "pit_id": point}])

    # OpenSearch breaks no ties of a point in time
    tiebreaker = [{"key": "asc"}]


class Checks:
    """What users do, with either client; every check has indices of its own."""

    def __init__(self, name, api):
        self.name = name
        self.api = api
        self.client = api.client

    def connect(self):
        assert self.client.ping()
        assert self.client.info()["version"]["number"]
        health = self.client.cluster.health(wait_for_status="yellow")
        equal(health["timed_out"], False)
        assert "green" in self.client.cat.health() or "yellow" in self.client.cat.health()

    def documents(self):
        index = f"p-{self.name}-documents"
        api, client = self.api, self.client
        made = api.index({"n": 1}, index=index, id="1")
        equal(made["result"], "created")
        equal(len(api.index({"n": 2}, index=index)["_id"]), 20)
        equal(client.get(index=index, id="1")["_source"], {"n": 1})
        equal(bool(client.exists(index=index, id="1")), True)
        equal(bool(client.exists(index=index, id="x")), False)
        many = client.mget(index=index, body={"ids": ["1", "x"]})
        equal([doc["found"] for doc in many["docs"]], [True, False])
        missing = raises(api.NotFound, lambda: client.get(index=index, id="x"))
        assert "404" in str(missing)
        changed = api.update({"doc": {"n": 3}}, index=index, id="1")
        equal((changed["result"], changed["_version"]), ("updated", 2))
        old = {"if_seq_no": made["_seq_no"], "if_primary_term": made["_primary_term"]}
        late = raises(api.Conflict, lambda: api.index({"n": 4}, index=index, id="1", **old))
        equal(api.told(late), (409, "version_conflict_engine_exception"))
        gone = raises(api.NotFound, lambda: api.update({"doc": {}}, index=index, id="x"))
        equal(api.told(gone), (404, "document_missing_exception"))
        equal(client.delete(index=index, id="1", refresh=True)["result"], "deleted")
        equal(client.count(index=index)["count"], 1)

    def indices(self):
        index = f"p-{self.name}-indices"
        api, client = self.api, self.client
        body = {
            "settings": {"number_of_replicas": 0},
            "mappings": {"properties": {"n": {"type": "integer"}}},
        }
        equal(api.create_index(index, body)["acknowledged"], True)
        twice = raises(api.BadRequest, lambda: api.create_index(index, body))
        equal(api.told(twice), (400, "resource_already_exists_exception"))
        mapping = {"properties": {"k": {"type": "keyword"}}}
        client.indices.put_mapping(index=index, body=mapping)
        properties = client.indices.get_mapping(index=index)[index]["mappings"]["properties"]
        equal(properties, {"k": {"type": "keyword"}, "n": {"type": "integer"}})
        client.indices.put_alias(index=index, name=f"{index}-alias")
        equal(bool(client.indices.exists_alias(name=f"{index}-alias")), True)
        settings = client.indices.get_settings(index=index)[index]["settings"]["index"]
        equal(settings["number_of_replicas"], "0")
        rows = client.cat.indices(index=index, format="json", h="index,rep")
        equal([dict(row) for row in rows], [{"index": index, "rep": "0"}])
        client.indices.delete(index=index)
        equal(bool(client.indices.exists(index=index)), False)
        gone = raises(api.NotFound, lambda: api.search({}, index=index))
        equal(api.told(gone), (404, "index_not_found_exception"))
        client.indices.put_index_template(
            name=index, body={"index_patterns": [f"{index}-t*"], "template": body}
        )
        api.index({"n": 1}, index=f"{index}-t1")
        properties = client.indices.get_mapping(index=f"{index}-t1")[f"{index}-t1"]["mappings"]
        equal(properties, {"properties": {"n": {"type": "integer"}}})
        client.indices.delete_index_template(name=index)

    def bulk(self):
        index = f"p-{self.name}-bulk"
        api, helpers = self.api, self.api.module.helpers
        api.create_index(index, {"mappings": {"properties": {"n": {"type": "integer"}}}})
        actions = [{"_index": index, "_id": str(n), "n": n, "even": n % 2 == 0} for n in range(500)]
        equal(helpers.bulk(self.client, actions, chunk_size=70, refresh=True), (500, []))
        mixed = [
            {"_op_type": "create", "_index": index, "_id": "1", "n": 1},
            {"_op_type": "index", "_index": index, "_id": "bad", "n": "many"},
            {"_op_type": "update", "_index": index, "_id": "absent", "doc": {"n": 1}},
            {"_op_type": "update", "_index": index, "_id": "2", "doc": {"n": 2}},
            {"_op_type": "delete", "_index": index, "_id": "3"},
        ]
        outcomes = list(helpers.streaming_bulk(self.client, mixed, raise_on_error=False))
        told = [(ok, *((kind, item["status"]) for kind, item in told.items())) for ok, told in outcomes]
        equal(
            told,
            [
                (False, ("create", 409)),
                (False, ("index", 400)),
                (False, ("update", 404)),
                (True, ("update", 200)),
                (True, ("delete", 200)),
            ],
        )
        failed = raises(helpers.BulkIndexError, lambda: helpers.bulk(self.client, mixed[:1]))
        equal(failed.errors[0]["create"]["error"]["type"], "version_conflict_engine_exception")
        done = list(helpers.parallel_bulk(self.client, actions[:100], chunk_size=30))
        equal(all(ok for ok, _ in done), True)
        self.client.indices.refresh(index=index)
        query = {"query": {"term": {"even": True}}, "sort": ["n"]}
        kept = [hit["_id"] for hit in helpers.scan(self.client, query, index=index, size=60, preserve_order=True)]
        equal(kept, [str(n) for n in range(0, 500, 2)])

    def search(self):
        index = f"p-{self.name}-search"
        api = self.api
        properties = {
            "at": {"type": "date"},
            "kind": {"type": "keyword"},
            "text": {"type": "text"},
        }
        api.create_index(index, {"mappings": {"properties": properties}})
        for n in range(12):
            document = {
                "at": f"2026-01-{5 + n // 6:02}T{n % 6:02}:00:00Z",
                "kind": "ab"[n % 2],
                "text": f"order {n} thất bại" if n % 3 == 0 else f"order {n} done",
                "n": n,
            }
            api.index(document, index=index, id=str(n))
        self.client.indices.refresh(index=index)
        found = api.search(
            {
                "query": {
                    "bool": {
                        "must": [{"match": {"text": "thất"}}],
                        "filter": [{"range": {"at": {"lt": "2026-01-05||+1d"}}}],
                    }
                },
                "sort": [{"n": "desc"}],
                "aggs": {
                    "kinds": {"terms": {"field": "kind"}, "aggs": {"most": {"max": {"field": "n"}}}},
                    "days": {"date_histogram": {"field": "at", "calendar_interval": "day"}},
                },
            },
            index=index,
        )
        equal(found["hits"]["total"]["value"], 2)
        equal([hit["_id"] for hit in found["hits"]["hits"]], ["3", "0"])
        kinds = found["aggregations"]["kinds"]["buckets"]
        equal([(b["key"], b["doc_count"], b["most"]["value"]) for b in kinds], [("a", 1, 0.0), ("b", 1, 3.0)])
        equal(found["aggregations"]["days"]["buckets"][0]["key_as_string"], "2026-01-05T00:00:00.000Z")
        equal(self.client.count(index=index, q="kind:a")["count"], 6)
        lines = [{"index": index}, {"size": 0}, {"index": "p-none"}, {}]
        responses = self.client.msearch(body=lines)["responses"]
        equal([response["status"] for response in responses], [200, 404])
        caps = self.client.field_caps(index=index, fields="kind")
        equal(caps["fields"]["kind"]["keyword"]["aggregatable"], True)
        bad = raises(api.BadRequest, lambda: api.search({"query": {"term": {"at": "x"}}}, index=index))
        equal(api.told(bad), (400, "search_phase_execution_exception"))

    def cursors(self):
        index = f"p-{self.name}-cursors"
        api = self.api
        for n in range(10):
            api.index({"n": n % 2, "key": n}, index=index, id=str(n))
        self.client.indices.refresh(index=index)
        page = api.search({"size": 6, "sort": ["key"]}, index=index, scroll="1m")
        equal(len(page["hits"]["hits"]), 6)
        rest = self.client.scroll(scroll_id=page["_scroll_id"], scroll="1m")
        equal([hit["_id"] for hit in rest["hits"]["hits"]], ["6", "7", "8", "9"])
        equal(self.client.clear_scroll(scroll_id=page["_scroll_id"])["succeeded"], True)
        point = api.open_point(index)
        self.client.delete(index=index, id="4", refresh=True)
        seen, after = [], {}
        while True:
            pit = {"id": point, "keep_alive": "1m"}
            sort = [{"n": "asc"}, *api.tiebreaker]
            hits = api.search({"pit": pit, "size": 4, "sort": sort, **after})["hits"]["hits"]
            if not hits:
                break
            seen += [hit["_id"] for hit in hits]
            after = {"search_after": hits[-1]["sort"]}
        equal(sorted(seen), [str(n) for n in range(10)])
        api.close_point(point)

    def by_query(self):
        if "by query" in LACKS:
            return
        index = f"p-{self.name}-by-query"
        api = self.api
        for n in range(10):
            api.index({"n": n}, index=index, id=str(n))
        self.client.indices.refresh(index=index)
        body = {"query": {"range": {"n": {"gte": 6}}}}
        deleted = self.client.delete_by_query(index=index, body=body, refresh=True)
        equal((deleted["deleted"], deleted["failures"]), (4, []))
        copy = {"source": {"index": index}, "dest": {"index": f"{index}-copy"}}
        equal(self.client.reindex(body=copy, refresh=True)["created"], 6)
        api.module.helpers.reindex(self.client, index, f"{index}-helped")
        self.client.indices.refresh(index=f"{index}-*")
        equal(self.client.count(index=f"{index}-helped")["count"], 6)


class Order(Document):
    """An order as a user of elasticsearch-dsl writes it down."""

    customer = Keyword()
    note = Text(fields={"raw": Keyword()})
    amount = Integer()
    at = Date()

    class Index:
        name = "p-dsl-orders"
        settings = {"number_of_replicas": 0}


def check_dsl(client):
    Order.init(using=client)
    properties = client.indices.get_mapping(index="p-dsl-orders")["p-dsl-orders"]["mappings"]
    equal(properties["properties"]["note"]["fields"], {"raw": {"type": "keyword"}})
    for n in range(8):
        order = Order(
            meta={"id": str(n)},
            customer=f"c{n % 2}",
            note=f"two words {n}",
            amount=n,
            at=f"2026-01-05T0{n}:00:00Z",
        )
        order.save(using=client)
    first = Order.get(id="1", using=client)
    equal((first.customer, first.at.hour), ("c1", 1))
    first.update(using=client, amount=100, refresh=True)
    search = (
        Search(using=client, index="p-dsl-orders")
        .query("match", note="words")
        .filter("range", amount={"gte": 2})
        .exclude("term", customer="c0")
        .query(~Q("ids", values=["7"]))
        .sort("-amount")
        .source(["amount"])
    )
    search.aggs.bucket("customers", A("terms", field="customer")).metric("sum", "sum", field="amount")
    response = search.execute()
    equal(response.success(), True)
    equal([hit.amount for hit in response], [100, 5, 3])
    equal(response.aggregations.customers.buckets[0].sum.value, 108.0)
    equal(search.count(), 3)
    equal(sorted(hit.meta.id for hit in Search(using=client, index="p-dsl-orders").scan()), list("01234567"))
    equal(len(list(Order.search(using=client)[2:5])), 3)
    Order.get(id="1", using=client).delete(using=client, refresh=True)
    equal(Order.exists("1", using=client), False)
    if "by query" not in LACKS:
        deleted = search.params(refresh=True).delete()
        equal(deleted.deleted, 2)
    Order._index.delete(using=client)


def outcome(check):
    try:
        check()
        return "ok"
    except Exception:
        return traceback.format_exc()


def main():
    results = {}
    for name, make in {"elasticsearch": Elastic, "opensearch": OpenSearch}.items():
        if f"{name} clients" in LACKS:
            continue
        checks = Checks(name, make())
        for each in [each for each in vars(Checks) if not each.startswith("_")]:
            results[f"{name} {each}"] = outcome(getattr(checks, each))
    if "elasticsearch clients" not in LACKS:
        results["elasticsearch-dsl"] = outcome(lambda: check_dsl(Elastic().client))
    print(json.dumps(results))


main()
