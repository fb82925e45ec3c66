-- The obligations that the period's closing decides, one of each act governing.
-- Expected: `now` and `before`, every obligation as of the cutoff and as of the period's start.
SELECT n.rule_id, n.subject_type, n.subject_id, n.tier, n.triggered_at, n.due_at,
       split_part(n.outcome, ':', 1) AS verdict, split_part(n.outcome, ':', 2) AS reason,
       n.triggered_at < getvariable('period_start') AS carried_over,
       row_number() OVER (
           PARTITION BY n.subject_type, n.subject_id, r.topic
           ORDER BY verdict NOT IN ('met', 'late', 'overdue', 'missing'), n.place) = 1 AS governing
FROM now n
JOIN rules r USING (place)
ANTI JOIN (FROM before WHERE outcome <> 'pending') b ON b.place = n.place AND b.subject_id = n.subject_id
WHERE n.triggered_at < getvariable('period_end')
