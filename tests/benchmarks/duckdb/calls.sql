-- Every obligation about a call as of the cutoff.
WITH approved AS (
    SELECT subject_id, rule_id, min(approved_at) AS approved_at
    FROM exemptions WHERE approved_at <= getvariable('cutoff') GROUP BY ALL
), known AS (
    SELECT c.* EXCLUDE (customer_id, answered_at, ended_at),
           coalesce(c.customer_id, n.customer_id) AS customer, digits(c.number) AS party_number,
           CASE WHEN answered_at <= getvariable('cutoff') THEN answered_at END AS answered_at,
           CASE WHEN ended_at <= getvariable('cutoff') THEN ended_at END AS ended_at,
           coalesce(ended_at > getvariable('cutoff'), false) AS ends_later,
           disposition IS NOT DISTINCT FROM 'busy' AS busy
    FROM (SELECT call_id, direction, started_at, answered_at, answered_at_unreadable, ended_at, ended_at_unreadable,
                 rings, rings_unreadable, number, customer_id, disposition
          FROM calls WHERE started_at <= getvariable('cutoff')) c
    LEFT JOIN callers n ON n.number = digits(c.number)
), inbound AS MATERIALIZED (
    SELECT *, date_diff('microsecond', started_at, coalesce(answered_at, ended_at)) AS rang,
           coalesce(rings, CASE WHEN rang <= 5e6 THEN 1 ELSE ceil(rang / 5e6)::BIGINT END) AS heard,
           NOT filled(answered_at, answered_at_unreadable) AS unanswered,
           CASE WHEN NOT ends_later THEN coalesce(ended_at, started_at) END AS ended_or_started
    FROM known WHERE direction = 'inbound'
), missed AS (
    SELECT *, coalesce('c' || customer, 'n' || party_number) AS party,
           started_at - max(started_at) OVER (
               PARTITION BY party ORDER BY started_at
               RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 MICROSECOND PRECEDING) < INTERVAL 1 HOUR AS redial
    FROM inbound WHERE unanswered
), contacts AS (
    SELECT 'placed' AS kind, customer, party_number, started_at AS moment FROM known WHERE direction = 'outbound'
    UNION ALL
    SELECT 'taken', customer, party_number, answered_at FROM inbound WHERE answered_at IS NOT NULL
), placed AS (FROM contacts WHERE kind = 'placed'), taken AS (FROM contacts WHERE kind = 'taken'),
returned AS (
    -- Same party: equal customer, or equal number where one of the two has none.
    SELECT m.*, least(a.moment, b.moment, c.moment) AS placed_at, least(d.moment, e.moment, f.moment) AS taken_at
    FROM missed m
    ASOF LEFT JOIN placed a ON a.customer = m.customer AND m.ended_or_started <= a.moment
    ASOF LEFT JOIN (FROM placed WHERE customer IS NULL) b
        ON b.party_number = m.party_number AND m.ended_or_started <= b.moment
    ASOF LEFT JOIN (FROM placed WHERE customer IS NOT NULL) c
        ON c.party_number = CASE WHEN m.customer IS NULL THEN m.party_number END AND m.ended_or_started <= c.moment
    ASOF LEFT JOIN taken d ON d.customer = m.customer AND m.ended_or_started <= d.moment
    ASOF LEFT JOIN (FROM taken WHERE customer IS NULL) e
        ON e.party_number = m.party_number AND m.ended_or_started <= e.moment
    ASOF LEFT JOIN (FROM taken WHERE customer IS NOT NULL) f
        ON f.party_number = CASE WHEN m.customer IS NULL THEN m.party_number END AND m.ended_or_started <= f.moment
    WHERE m.ended_or_started IS NOT NULL
), ringing AS (
    SELECT i.*, CASE WHEN i.customer IS NULL THEN 'potential' ELSE t.tier END AS tier,
           coalesce(t.doubtful, false) AS doubtful
    FROM inbound i
    LEFT JOIN tiers t ON t.customer_id = i.customer AND i.started_at >= t.since AND i.started_at < t.until
), answering AS (
    SELECT r.place, r.rule_id, i.call_id, i.tier, i.started_at AS triggered_at,
           CASE WHEN r.uniform THEN r.core
                ELSE limit_of(i.tier, r.core, r.important, r.ordinary, r.intent, r.potential) END AS allowed,
           i.started_at + to_seconds(allowed * 5) AS due_at,
           CASE WHEN i.answered_at_unreadable OR i.rings_unreadable
                     OR (i.heard IS NULL AND i.ended_at_unreadable AND NOT i.busy)
                     OR (NOT r.uniform AND i.tier IS NULL AND i.doubtful) THEN 'unknown:unreadable'
                WHEN NOT r.uniform AND i.tier IS NULL THEN 'unknown:tier'
                WHEN i.answered_at < i.started_at THEN 'unknown:before_start'
                WHEN i.answered_at IS NOT NULL THEN CASE WHEN i.heard <= allowed THEN 'met' ELSE 'late' END
                WHEN i.busy THEN 'exempt:line_busy'
                WHEN i.ends_later THEN 'pending'
                WHEN i.heard IS NULL THEN 'unknown:no_timestamp'
                WHEN i.heard > allowed THEN 'overdue'
                ELSE 'exempt:abandoned_early' END AS outcome
    FROM ringing i CROSS JOIN (FROM rules WHERE clock = 'rings') r
    WHERE allowed IS NOT NULL OR i.tier IS NULL
), calling_back AS (
    SELECT r.place, r.rule_id, m.call_id, CASE WHEN m.customer IS NULL THEN 'potential' ELSE t.tier END AS tier,
           m.ended_or_started AS triggered_at, r.core AS allowed, m.ended_or_started + to_seconds(r.core) AS due_at,
           CASE WHEN r.rule_id = 'RC-8.2-callback' AND p.answered_how = 'exempt:abandoned_early'
                THEN 'exempt:abandoned_early'
                WHEN m.customer IS NULL AND m.party_number IS NULL THEN 'exempt:no_number'
                WHEN m.party IS NOT NULL AND m.redial THEN 'exempt:same_episode'
                WHEN m.ended_at_unreadable THEN 'unknown:unreadable'
                WHEN m.placed_at <= due_at THEN 'met'
                WHEN m.taken_at <= due_at THEN 'exempt:customer_reached_again'
                WHEN m.placed_at > due_at THEN 'late'
                WHEN getvariable('cutoff') > due_at THEN 'overdue'
                ELSE 'pending' END AS outcome
    FROM returned m
    JOIN rules r ON r.rule_id = 'RC-8.2-callback' OR (r.rule_id = 'CD-3.1-callback' AND m.busy)
    LEFT JOIN tiers t
        ON t.customer_id = m.customer AND m.ended_or_started >= t.since AND m.ended_or_started < t.until
    LEFT JOIN (SELECT call_id, outcome AS answered_how FROM answering WHERE rule_id = 'RC-8.2-phone') p
        ON p.call_id = m.call_id
)
SELECT j.place, j.rule_id, 'call' AS subject_type, j.call_id AS subject_id, j.tier, j.triggered_at, j.due_at,
       CASE WHEN least(a.approved_at, b.approved_at) <= coalesce(j.due_at, getvariable('cutoff'))
                 AND (split_part(outcome, ':', 1) IN ('late', 'overdue', 'pending', 'unknown'))
            THEN 'exempt:approved' ELSE outcome END AS outcome
FROM (FROM answering UNION ALL FROM calling_back) j
LEFT JOIN approved a ON a.subject_id = j.call_id AND a.rule_id IS NULL
LEFT JOIN approved b ON b.subject_id = j.call_id AND b.rule_id = j.rule_id
