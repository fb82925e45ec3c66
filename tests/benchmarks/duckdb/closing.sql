-- The obligations that the period's closing decides, the gravest of each act governing.
-- Expected: `now` and `before`, every obligation as of the cutoff and as of the period's start; variables period_start
-- and period_end.
SELECT n.rule_id, n.subject_type, n.subject_id, n.tier, make_timestamp(n.since) AS triggered_at,
       make_timestamp(n.due) AS due_at, make_timestamp(n.fulfilled) AS fulfilled_at,
       split_part(n.outcome, ':', 1) AS verdict, split_part(n.outcome, ':', 2) AS reason,
       n.since < epoch_us(getvariable('period_start')) AS carried_over, n.provisional AS calendar_provisional,
       row_number() OVER (
           PARTITION BY n.subject_type, n.subject_id, r.topic
           ORDER BY CASE verdict WHEN 'exempt' THEN 4 WHEN 'met' THEN 3 WHEN 'pending' THEN 2 WHEN 'unknown' THEN 1
                                 ELSE 0 END, n.place) = 1 AS governing
FROM now n
JOIN rules r USING (place)
ANTI JOIN (FROM before WHERE outcome <> 'pending') b
    ON b.place = n.place AND b.subject_id = n.subject_id AND n.since <> epoch_us(getvariable('period_start'))
WHERE n.since < epoch_us(getvariable('period_end'))
