//! The documentation page: what is read, how envelopes are opened, the tables.

use super::{derived, map_default, map_secops};
use crate::rows;

const HEAD: &str = "# KUBERNETES_AUDIT

Reads records of the Kubernetes API server's audit log, versions `audit.k8s.io/v1`, `v1beta1` and those of 2017: \
JSON lines, also behind a prefix such as a time or a stream, `EventList` batches, rows that hold the record in `log` or `message` (as an object or as text), \
webhook records that hold the batch in `body`, and the envelopes of EKS, GKE, AKS and OpenShift. Envelopes and wrappers \
may stand inside each other, up to `WRAPPERS_MAX`.

One event stands for one request. The first response stage of an auditID represents it; a `RequestReceived` \
is held until event time, as the records of its input and its server tell it, went on by 30 seconds, and comes out only if nothing else came; \
a response that comes still later is dropped. A step of more than an hour from one record to the next does not count. \
A request is known by auditID, user, verb, URI and the time of receipt. A request to an aggregated API is one event, although two servers log it: \
the URI begins with `/apis/`, the times of receipt are at most 5 seconds apart, and the sources of the one are those of the other and one more address.

Rejected: records of other logs in a known envelope (`OTHER_LOG`, which says of which), other JSON objects (`NOT_AUDIT`), \
and whatever is no JSON. Dropped: request and response bodies, apart from the lifetime in a token request, the command of an exec, and names for labels, \
`metadata` and `authenticationMetadata`. A record without any time field gives an event without a time; a `timestamp` \
that is a number is taken for seconds, or for milli-, micro- or nanoseconds if it is too large for that.

Labels of a request body (`k8s_pod_…`, `k8s_csr_…`, `k8s_webhook_…`, `k8s_review_…`) are there from the audit level Request on. The pod spec is that of pods (also of `ephemeralcontainers`), \
of the template of deployments, daemonsets, statefulsets, replicasets, replicationcontrollers and jobs, and of the job template of cronjobs. \
They hold names, never values; `imagePullSecrets` do not count. Of a patch they show what the patch itself says, if it is an object: a JSON patch, which is a list, has none of them. \
Names beyond `BODY_NAMES_BYTES_MAX` are left out, and `*` stands for them.

An impersonated user never replaces the actor. Secrets are cut out of every text.

A record is known by what it says, in whatever it is wrapped. If a stream carries the output of all pods, a pod can print lines that look like audit records: \
give it the API server's own file, or filter by its pod before.

";

const ENVELOPES: &str = "## Envelopes

The event of a record in an envelope is that of the record alone, and the labels `k8s_envelope`, `k8s_cluster` and `k8s_server`. \
The raw record that is shown is the inner one. Each record of a batch has its item number; one that is broken, or of another log, is rejected alone.

### EKS (CloudWatch Logs)

The record is text in `message` (`@message` in log queries) of a log event. A log event comes alone, with a log group, a log stream, an `ingestionTime` \
or a `timestamp` in milliseconds beside it; in `logEvents` of a subscription's batch; or in `events` of `filter-log-events`. \
Group and stream may be spelled `logGroup`, `logGroupName`, `log_group` or `@log`, and likewise. Events that a collector has unwrapped are native records; their further members are ignored. \
`k8s_cluster` is NAME of the group `/aws/eks/NAME/cluster`. Streams of the authenticator, the API server's own log, the controller managers and the scheduler \
are rejected event by event (`OTHER_LOG`). So are a `CONTROL_MESSAGE`, which holds no record, and compressed batches (`awslogs`), which are to be unpacked before. \
Any audit record in CloudWatch counts as EKS.

### GKE (Cloud Logging)

An entry whose `protoPayload` is of the service `k8s.io`, alone or in `entries`; where the service is missing, a method `io.k8s.…` or the resource type `k8s_cluster` will do. \
The entry is another telling of the request, so the record is put together from it:

| Record | Entry |
| --- | --- |
| verb, resource, subresource | `methodName`; a method such as `io.k8s.readyz`, with a path for a verb, is a `get` |
| group, version, namespace, name, subresource | `resourceName`, else the resource of the first `authorizationInfo`; of a request for no resource it is the path and becomes requestURI |
| user | `principalEmail`, else `principalSubject`, else `authoritySelector` |
| impersonatedUser | `authoritySelector` beside another principal; whether GKE writes it so is not documented |
| sourceIPs, userAgent | `requestMetadata.callerIp` (or `callerIP`), `callerSuppliedUserAgent` |
| responseStatus | `status.message`, and the HTTP status for the gRPC code in `status.code`: none or 0 is 200, 1 499, 2 500, 3 400, 4 504, 5 404, 6 409, 7 403, 8 429, 9 400, 10 409, 11 400, 12 501, 13 500, 14 503, 15 500, 16 401; from 100 on it is an HTTP status already. Without a code a refused grant is 403 |
| annotations | `labels`; without a decision there, `authorizationInfo[].granted` tells it |
| requestReceivedTimestamp, stageTimestamp | `timestamp`, `receiveTimestamp` |
| auditID | `operation.id`, else `insertId` |
| stage | `operation.first` alone is ResponseStarted, `operation.last` is ResponseComplete, neither is none. The two ends of one operation are stages of one request; a second start under its id is another request |
| requestObject, responseObject | `request`, `response` |

Not in the entry: the URI, so `k8s_informer` and selectors are absent, `k8s_command` comes from the body, where there is one, and the scope comes from `resourceName` (absent without one); groups, uid and extras of the user; the level; which 2xx it was. \
`kind` and `apiVersion` are constants. The entry is shown as the raw record, its bodies redacted like those of a record. \
`k8s_cluster` is `project/location/cluster`, of what `resource.labels` has. Entries of other services, and those with `jsonPayload` or `textPayload`, are rejected (`OTHER_LOG`).

### AKS (Azure Monitor)

Diagnostic records of the categories `kube-audit` and `kube-audit-admin`, alone or in `records`: the record is text in `properties.log`; `properties`, or the text, may be encoded once more. \
Rows of `AzureDiagnostics` hold it in `log_s`. Rows of `AKSAudit` and `AKSAuditAdmin` (`AuditId`, `RequestUri`, `User`, …) are written anew as a native record, which is then the raw record; \
columns that are objects or lists may be text, and `TimeGenerated` stands in where no other time is. Other categories are rejected by their name (`OTHER_LOG`). \
`k8s_cluster` is the name behind `managedClusters` in the resource id, as written there: Azure changes the case at will.

### OpenShift

Lines of `oc adm node-logs`: a node name, white space, the record. The node is `k8s_server`. Masters, and the servers on them, may be mixed in any order: \
each node has its own event time for records that are held, as have the log streams of EKS and the pods of AKS, up to `SERVERS_MAX`. \
Requests that the API server hands to `openshift-apiserver` or the OAuth server are aggregated, see above.

";

/// The page.
pub(super) fn page() -> String {
    let mut out = String::from(HEAD);
    out.push_str(ENVELOPES);
    out.push_str("## Both mappings\n\n");
    out.push_str(&rows::table(map_default::COMMON));
    out.push_str("\n## Default mapping\n\n");
    out.push_str(&rows::table(map_default::DEFAULT));
    out.push_str("\n## SecOps mapping\n\n");
    out.push_str(&rows::table(map_secops::SECOPS));
    out.push_str("\n## Derived labels\n\nUnder `additional.fields`, filled by both mappings.\n\n");
    out.push_str(&crate::labels::table(&derived()));
    out
}
