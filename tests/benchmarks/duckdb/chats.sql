-- Every obligation about a chat session as of the cutoff.
WITH approved AS (
    SELECT subject_id, rule_id, min(approved_at) AS approved_at
    FROM exemptions WHERE approved_at <= getvariable('cutoff') GROUP BY ALL
), ordered AS (
    SELECT conversation_id, sent_at, message_id, sender, text, customer_id,
           lag(sent_at) OVER chat AS before,
           last_value(CASE WHEN sender IN ('customer', 'agent') THEN sender END IGNORE NULLS)
               OVER (chat ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_human
    FROM chats WHERE sent_at <= getvariable('cutoff')
    WINDOW chat AS (PARTITION BY conversation_id ORDER BY sent_at, message_id)
), numbered AS MATERIALIZED (
    -- A customer who waits is never cut off, so a session's agent answers whom the last human message is from.
    SELECT *, sum((before IS NULL OR (sent_at - before >= INTERVAL 6 HOUR
                                     AND coalesce(last_human, 'agent') = 'agent'))::INTEGER)
               OVER (PARTITION BY conversation_id ORDER BY sent_at, message_id) AS session
    FROM ordered
), sessions AS MATERIALIZED (
    SELECT conversation_id, session, min(sent_at) FILTER (sender = 'customer') AS triggered_at,
           min(sent_at) FILTER (sender = 'agent' AND last_human = 'customer') AS replied_at,
           arg_min(customer_id, (sent_at, message_id)) FILTER (customer_id IS NOT NULL) AS customer
    FROM numbered GROUP BY ALL HAVING triggered_at IS NOT NULL
), courteous AS (
    SELECT conversation_id, session
    FROM numbered SEMI JOIN (FROM sessions WHERE replied_at IS NULL) s USING (conversation_id, session)
    WHERE sender = 'customer'
    GROUP BY ALL
    HAVING bool_and(coalesce(regexp_matches(
        regexp_replace(lower(text), '[\p{P}\p{S}\p{Z}\s]', '', 'g'), getvariable('courtesy')), false))
), judged AS (
    SELECT r.place, r.rule_id, s.conversation_id || '#' || s.session AS subject_id,
           CASE WHEN s.customer IS NULL THEN 'potential' ELSE t.tier END AS level, s.triggered_at,
           limit_of(level, r.core, r.important, r.ordinary, r.intent, r.potential) AS allowed,
           s.triggered_at + to_seconds(allowed) AS due_at,
           CASE WHEN level IS NULL AND t.doubtful THEN 'unknown:unreadable'
                WHEN level IS NULL THEN 'unknown:tier'
                WHEN s.replied_at IS NULL AND c.session IS NOT NULL THEN 'exempt:courtesy_only'
                WHEN s.replied_at <= due_at THEN 'met'
                WHEN s.replied_at > due_at THEN 'late'
                WHEN getvariable('cutoff') > due_at THEN 'overdue'
                ELSE 'pending' END AS outcome
    FROM sessions s
    LEFT JOIN courteous c USING (conversation_id, session)
    LEFT JOIN tiers t ON t.customer_id = s.customer AND s.triggered_at >= t.since AND s.triggered_at < t.until
    CROSS JOIN (FROM rules WHERE topic = 'online-first-reply') r
)
SELECT place, j.rule_id, 'chat_session' AS subject_type, j.subject_id, j.level AS tier, j.triggered_at, j.due_at,
       CASE WHEN least(a.approved_at, b.approved_at) <= coalesce(j.due_at, getvariable('cutoff'))
                 AND (split_part(outcome, ':', 1) IN ('late', 'overdue', 'pending', 'unknown'))
            THEN 'exempt:approved' ELSE outcome END AS outcome
FROM judged j
LEFT JOIN approved a ON a.subject_id = j.subject_id AND a.rule_id IS NULL
LEFT JOIN approved b ON b.subject_id = j.subject_id AND b.rule_id = j.rule_id
WHERE allowed IS NOT NULL OR j.level IS NULL
