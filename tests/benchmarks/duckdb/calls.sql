-- Every obligation about a call as of the cutoff.
WITH approved AS (
    SELECT subject_id, rule_id, epoch_us(min(approved_at)) AS approved
    FROM exemptions WHERE approved_at <= getvariable('cutoff') AND NOT rule_id_unreadable GROUP BY ALL
), known AS (
    -- Disposition and rings are written at a call's end: they say nothing of one that goes on.
    SELECT * REPLACE (happened(answered) AS answered, happened(ended) AS ended),
           happened(answered) IS NULL AND (answered IS NOT NULL OR (ended <> unread() AND moment(ended) > cutoff()))
               IS TRUE AS going_on,
           NOT going_on AND (happened(answered) IS NOT NULL OR disposition = 'answered') AS taken
    FROM phoned WHERE moment(started) <= cutoff()
), ringing AS MATERIALIZED (
    SELECT k.*, disposition = 'busy' AS busy, NOT taken AND NOT going_on AS unanswered,
           CASE WHEN k.customer IS NOT NULL THEN t.tier WHEN NOT stranger THEN 'potential' END AS tier,
           coalesce(t.flaw, 'tier') AS flaw,
           coalesce(rings, rings_in(moment(answered) - latest(started))) AS fewest,
           coalesce(rings, rings_in(latest(answered) - moment(started))) AS most
    FROM known k
    LEFT JOIN tiers t ON t.customer_id = k.customer AND moment(started) >= t.since AND moment(started) < t.until
    WHERE direction = 'inbound'
), missed AS MATERIALIZED (
    SELECT *, coalesce(readable(ended), started) AS since, coalesce('c' || customer, 'n' || number) AS party,
           party IS NOT NULL AND moment(started) - max(moment(started)) OVER (
               PARTITION BY party ORDER BY moment(started) RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) < 3600000000 AS redial
    FROM ringing WHERE unanswered
), wanted AS (
    -- Same party: equal customer, or equal number where one of the two has no customer.
    SELECT call_id, moment(since) AS since,
           unnest([CASE WHEN customer IS NULL THEN 'm' || number ELSE 'c' || customer END, 'n' || number]) AS party
    FROM missed
), others AS (
    SELECT direction = 'outbound' AS placed,
           CASE WHEN direction = 'inbound' THEN coalesce(readable(answered), started) ELSE started END AS time,
           unnest(['c' || customer, CASE WHEN customer IS NULL THEN 'n' ELSE 'm' END || number]) AS party
    FROM known WHERE direction = 'outbound' OR taken
), placed AS MATERIALIZED (
    SELECT party, time, time & 3 AS exactness, latest(time) AS latest FROM others WHERE placed AND party IS NOT NULL
), returned AS (
    -- Of calls that are equally exact the first that may be in time is the first written.
    SELECT call_id, min(p.time) AS time
    FROM (FROM wanted CROSS JOIN (SELECT DISTINCT exactness FROM placed)) w
    ASOF JOIN placed p ON p.party = w.party AND p.exactness = w.exactness AND p.latest >= w.since
    GROUP BY call_id
), reached AS (
    SELECT call_id, min(o.answered) AS answered
    FROM wanted w
    ASOF JOIN (SELECT party, moment(time) AS answered FROM others WHERE NOT placed AND party IS NOT NULL) o
        ON o.party = w.party AND o.answered >= w.since
    GROUP BY call_id
), answering AS (
    SELECT r.place, r.rule_id, i.call_id, i.tier, moment(i.started) AS since, readable(i.answered) AS fulfilled,
           CASE WHEN r.uniform THEN r.core
                ELSE limit_of(i.tier, r.core, r.important, r.ordinary, r.intent, r.potential) END AS allowed,
           moment(i.started) + allowed * 5000000 AS due, false AS lost,
           CASE WHEN i.answered = unread() OR (i.rings_unreadable AND NOT i.going_on)
                     OR (i.unanswered AND NOT i.busy AND i.rings IS NULL AND i.ended = unread())
                THEN 'unknown:unreadable'
                WHEN NOT r.uniform AND i.tier IS NULL THEN 'unknown:' || i.flaw
                WHEN latest(i.answered) < moment(i.started) THEN 'unknown:before_start'
                WHEN i.taken THEN CASE WHEN i.most IS NULL THEN 'unknown:no_timestamp'
                                       WHEN i.most <= allowed THEN 'met'
                                       WHEN i.fewest > allowed THEN 'late' ELSE 'unknown:precision' END
                WHEN i.going_on THEN 'pending'
                WHEN i.busy THEN 'exempt:line_busy'
                WHEN coalesce(i.rings, i.ended) IS NULL THEN 'unknown:no_timestamp'
                WHEN i.rings >= allowed OR (i.rings IS NULL AND moment(i.ended) >= due + slack(i.started))
                THEN 'overdue'
                WHEN i.rings < allowed OR latest(i.ended) < due THEN 'exempt:abandoned_early'
                ELSE 'unknown:precision' END AS decision
    FROM ringing i CROSS JOIN (FROM rules WHERE clock = 'rings') r
    WHERE allowed IS NOT NULL OR i.tier IS NULL
), calling_back AS (
    SELECT r.place, r.rule_id, m.call_id,
           CASE WHEN m.customer IS NOT NULL THEN t.tier WHEN NOT m.stranger THEN 'potential' END AS tier,
           moment(m.since) AS since, b.time AS fulfilled, r.core AS allowed, moment(m.since) + r.core * 1000000 AS due,
           m.lost,
           CASE WHEN m.nameless THEN 'unknown:unreadable'
                WHEN p.decision = 'exempt:abandoned_early' THEN p.decision
                WHEN m.customer IS NULL AND m.number IS NULL THEN 'exempt:no_number'
                WHEN m.redial THEN 'exempt:same_episode'
                WHEN m.ended = unread() THEN 'unknown:unreadable'
                WHEN latest(b.time) <= due THEN 'met'
                WHEN a.answered <= due THEN 'exempt:customer_reached_again'
                WHEN b.time IS NULL AND cutoff() <= due + span(m.since) THEN 'pending'
                WHEN kept(b.time, due, slack(m.since)) = 'unknown:precision' THEN 'unknown:precision'
                WHEN is_unknown(p.decision) THEN p.decision
                WHEN b.time IS NULL THEN 'overdue' ELSE 'late' END AS decision
    FROM missed m
    JOIN rules r ON r.rule_id = 'RC-8.2-callback' OR (r.rule_id = 'CD-3.1-callback' AND m.busy)
    LEFT JOIN returned b USING (call_id)
    LEFT JOIN reached a USING (call_id)
    LEFT JOIN tiers t ON t.customer_id = m.customer AND moment(m.since) >= t.since AND moment(m.since) < t.until
    LEFT JOIN (SELECT call_id, decision FROM answering WHERE rule_id = 'RC-8.2-phone') p
        ON p.call_id = m.call_id AND r.rule_id = 'RC-8.2-callback'
), judged AS (
    SELECT *, CASE WHEN NOT getvariable('answers_recorded')
                        AND decision IN ('overdue', 'pending', 'exempt:abandoned_early', 'exempt:same_episode')
                   THEN 'unknown:not_recorded'
                   WHEN lost AND decision IN ('late', 'overdue') THEN 'unknown:quarantined' ELSE decision END AS outcome
    FROM (FROM answering UNION ALL FROM calling_back)
)
SELECT j.place, j.rule_id, 'call' AS subject_type, j.call_id AS subject_id, j.tier, j.since, j.due,
       moment(j.fulfilled) AS fulfilled, false AS provisional,
       CASE WHEN least(a.approved, b.approved) <= coalesce(j.due, cutoff())
                 AND (outcome IN ('late', 'overdue', 'pending') OR is_unknown(outcome))
            THEN 'exempt:approved' ELSE outcome END AS outcome
FROM judged j
LEFT JOIN approved a ON a.subject_id = j.call_id AND a.rule_id IS NULL
LEFT JOIN approved b ON b.subject_id = j.call_id AND b.rule_id = j.rule_id
