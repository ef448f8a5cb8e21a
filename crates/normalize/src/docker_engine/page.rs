//! The documentation page.

use super::rows::ROWS;
use crate::rows;

/// The documentation page.
pub(super) fn page() -> String {
    let mut out = String::from(
        "# DOCKER_ENGINE\n\n\
         Reads what the Docker engine says, in three inputs that share one memory:\n\n\
         - **Engine events**: `docker events --format '{{json .}}'` or the stream of `GET /events`, with or without the old members `status`, `id` and `from`. One event for each.\n\
         - **The daemon's log**: `dockerd --debug` with `time=\"…\" level=… msg=\"…\"`, bare, behind a prefix of syslog or the journal, in `MESSAGE` of `journalctl -o json`, or as JSON. One event for each API call, in the words of old daemons (`Calling GET /…`) and of new ones (`handling GET request`); one for each listener, warning, error, start and stop of the daemon.\n\
         - **Records of an authorization plugin**: what the daemon posts to `/AuthZPlugin.AuthZReq` and `AuthZRes`, one JSON object a line, bodies as text or base64, with or without the members `_phase` and `_ts` that our recorder adds. One event for each request.\n\n\
         Engine events show no inspect, list or logs, and no caller. The debug log shows every call and no answer. Only the plugin's records show the answer and, with TLS, the user. None of them shows the process that called. \
         The time of a plugin record is absent where no recorder noted one.\n\n\
         **Bodies in the log.** `form data: {…}` belongs to the oldest call with method POST that may ask for such a thing, if at most 8 other lines stand between; together they are one record. Two creations at the same moment may therefore swap their bodies. A body whose call is not known is an event without a URI, if it asks for a container or an exec. Daemons log only JSON bodies up to 4 KiB.\n\n\
         **Requests of the plugin.** A response stands for its request, which waits until event time went on by 30 seconds and comes out alone if nothing else came, as a request that a plugin refused. Which response belongs to which request is told by method, URI, user and body; of equal ones the oldest that waits is meant. A response that comes still later counts as repeated. Records without a time wait until the end of input or until 16,384 wait.\n\n\
         **Counted and not shown.** Lines of the log that are none of the above, another `form data` without its call, and rows of the journal or of syslog by other programs are valid records of which no event is made (`ignored`).\n\n\
         **Names and ids.** A container is found by its id, by its name, or by the unique start of its id (12 digits or more), an exec by its id, as far as records before told: events, creations, lists and inspections with their answers. A name that is not known stays what was written. Inputs that are read together share what they tell, so the logs of different hosts, where one name stands for different containers, are better read one host at a time.\n\n\
         **Ids of events.** The hash of the raw record. Two equal records are two requests, and the second one gets `~2` behind the hash; a file that is read twice therefore counts twice.\n\n\
         Rejected: what is none of these (`NOT_DOCKER`), lines that end within quotes (`TRUNCATED`), and times that are none (`BAD_TIME`). \
         A body that its recorder cut is read up to the cut.\n\n\
         Secrets are cut out of every text: values of environment variables, registry credentials, bodies of `auth`, secrets, configs and swarm, contents of logs and archives, and bodies that are no whole JSON. In the raw record a body that was base64 is shown as text.\n\n\
         ## Both mappings\n\n\
         Google publishes no mapping for Docker, so `--mapping secops` gives the same events.\n\n",
    );
    out.push_str(&rows::table(ROWS));
    out.push_str("\n## Derived labels\n\nUnder `additional.fields`, filled by both mappings.\n\n");
    out.push_str(&crate::labels::table(&super::derived()));
    out.push_str("\n## Operations\n\n");
    super::endpoints::table(&mut out);
    out
}
