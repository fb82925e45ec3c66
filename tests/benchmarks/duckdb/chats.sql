-- Every obligation about a chat session as of the cutoff.
WITH approved AS (
    SELECT subject_id, rule_id, epoch_us(min(approved_at)) AS approved
    FROM exemptions WHERE approved_at <= getvariable('cutoff') AND NOT rule_id_unreadable GROUP BY ALL
), ordered AS (
    SELECT conversation_id, stamp(sent_at, sent_at_precision) AS sent, sender, text,
           CASE WHEN customer_id_unreadable THEN '?' ELSE 'c' || customer_id END AS party,
           row_number() OVER chat AS turn, lag(moment(sent)) OVER chat AS before,
           last_value(CASE WHEN sender IN ('customer', 'agent') THEN sender END IGNORE NULLS)
               OVER (chat ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_human
    FROM chats WHERE sent_at <= getvariable('cutoff')
    WINDOW chat AS (PARTITION BY conversation_id
                    ORDER BY sent_at, CASE sender WHEN 'customer' THEN 0 WHEN 'agent' THEN 1 ELSE 2 END, message_id)
), numbered AS MATERIALIZED (
    -- A customer who waits is never cut off, so a session's agent answers whom the last human message is from.
    SELECT *, sum((before IS NULL OR (moment(sent) - before >= 21600000000
                                     AND coalesce(last_human, 'agent') = 'agent'))::INTEGER)
               OVER (PARTITION BY conversation_id ORDER BY turn) AS session
    FROM ordered
), sessions AS MATERIALIZED (
    SELECT conversation_id, session, min(sent) FILTER (sender = 'customer') AS asked,
           least(min(sent) FILTER (sender = 'agent' AND last_human = 'customer'),
                 -- What is written as before the question may, if it is not exact, have followed it.
                 list_min(list_filter(list(sent) FILTER (sender = 'agent' AND sent & 3 > 0),
                                      lambda reply: latest(reply) >= moment(asked)))) AS replied,
           arg_min(party, turn) AS named, CASE WHEN named <> '?' THEN named[2:] END AS customer
    FROM numbered GROUP BY ALL HAVING asked IS NOT NULL
), courteous AS (
    SELECT conversation_id, session
    FROM numbered SEMI JOIN (FROM sessions WHERE replied IS NULL) s USING (conversation_id, session)
    WHERE sender = 'customer'
    GROUP BY ALL
    HAVING bool_and(coalesce(regexp_matches(
        regexp_replace(lower(text), '[\p{P}\p{S}\p{Z}\s]', '', 'g'), getvariable('courtesy')), false))
), judged AS (
    SELECT r.place, r.rule_id, s.conversation_id || '#' || s.session AS subject_id, moment(asked) AS since, replied,
           CASE WHEN s.customer IS NOT NULL THEN t.tier WHEN named IS NULL THEN 'potential' END AS level,
           limit_of(level, r.core, r.important, r.ordinary, r.intent, r.potential) AS allowed,
           moment(asked) + allowed * 1000000 AS due,
           CASE WHEN level IS NULL THEN 'unknown:' || coalesce(t.flaw, 'tier')
                WHEN replied IS NULL AND c.session IS NOT NULL THEN 'exempt:courtesy_only'
                WHEN replied IS NOT NULL THEN kept(replied, due, slack(asked))
                WHEN cutoff() > due + span(asked) THEN 'overdue'
                ELSE 'pending' END AS decision,
           CASE WHEN decision IN ('met', 'late', 'overdue', 'exempt:courtesy_only')
                     AND s.conversation_id IN (SELECT conversation_id FROM quarantined_chats)
                THEN 'unknown:quarantined' ELSE decision END AS outcome
    FROM sessions s
    LEFT JOIN courteous c USING (conversation_id, session)
    LEFT JOIN tiers t ON t.customer_id = s.customer AND moment(asked) >= t.since AND moment(asked) < t.until
    CROSS JOIN (FROM rules WHERE topic = 'online-first-reply') r
)
SELECT place, j.rule_id, 'chat_session' AS subject_type, j.subject_id, j.level AS tier, j.since, j.due,
       moment(replied) AS fulfilled, false AS provisional,
       CASE WHEN least(a.approved, b.approved) <= coalesce(j.due, cutoff())
                 AND (outcome IN ('late', 'overdue', 'pending') OR is_unknown(outcome))
            THEN 'exempt:approved' ELSE outcome END AS outcome
FROM judged j
LEFT JOIN approved a ON a.subject_id = j.subject_id AND a.rule_id IS NULL
LEFT JOIN approved b ON b.subject_id = j.subject_id AND b.rule_id = j.rule_id
WHERE allowed IS NOT NULL OR j.level IS NULL
