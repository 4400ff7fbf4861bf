#!/bin/sh
# Puts lifecycle policy, index template and users into Elasticsearch. Running it again changes
# nothing but passwords.
set -eu

: "${ELASTICSEARCH_URL:?}"
: "${ELASTIC_PASSWORD:?is empty: choose a password in .env}"
: "${KIBANA_PASSWORD:?is empty: choose a password in .env}"
: "${LOGSTASH_PASSWORD:?is empty: choose a password in .env}"

# put PATH: sends standard input
put() {
  echo "PUT $1"
  curl -fsS -X PUT -u "elastic:$ELASTIC_PASSWORD" -H 'content-type: application/json' \
    --data-binary @- "$ELASTICSEARCH_URL/$1"
  echo
}

# the template names the policy, so the policy comes first
put _ilm/policy/holysheep-logs-policy <ilm-policy.json
put _index_template/holysheep-template <index-template.json

echo "{\"password\":\"$KIBANA_PASSWORD\"}" | put _security/user/kibana_system/_password

put _security/role/logstash_writer <<'ROLE'
{
  "cluster": ["monitor"],
  "indices": [
    {
      "names": ["holysheep-*"],
      "privileges": ["auto_configure", "create_doc", "create_index", "view_index_metadata"]
    }
  ]
}
ROLE

put _security/user/logstash_writer <<USER
{ "password": "$LOGSTASH_PASSWORD", "roles": ["logstash_writer"] }
USER
