-- What all statements share: the rules with their limits, working days, tiers, callers.
-- Tables and views expected: the canonical tables, and `days` (day, workday), one row per day.
-- Variables: cutoff (the instant as of which is judged), courtesy (a pattern of polite words).

CREATE OR REPLACE MACRO filled(cell, mark) AS cell IS NOT NULL OR mark;
CREATE OR REPLACE MACRO digits(number) AS
    nullif(regexp_replace(regexp_replace(number, '\D', '', 'g'), '^(?:00)?(?:86)?0?', ''), '');
-- A milestone in a cycle: by the ticket's events where any has its name, else the ticket's own cell, if it falls in it.
CREATE OR REPLACE MACRO told_of(names, name) AS coalesce(list_contains(names, name), false);
CREATE OR REPLACE MACRO milestone(names, name, event_at, cell, began, ended) AS
    CASE WHEN told_of(names, name) THEN event_at
         WHEN cell <= getvariable('cutoff') AND (began IS NULL OR cell > began) AND (ended IS NULL OR cell <= ended)
         THEN cell END;
CREATE OR REPLACE MACRO limit_of(tier, core, important, ordinary, intent, potential) AS
    CASE tier WHEN 'core' THEN core WHEN 'important' THEN important WHEN 'ordinary' THEN ordinary
              WHEN 'intent' THEN intent WHEN 'potential' THEN potential END;

-- Limits: rings, seconds, working days; 0 where the rule only applies. `late_cycles`: judged again after a reopening.
CREATE OR REPLACE TEMP TABLE rules AS
SELECT row_number() OVER () AS place, *,
       split_part(rule_id, '-', 1) AS regulation,
       coalesce(core = important AND core = ordinary AND core = intent AND core = potential, false) AS uniform,
       topic IN ('fault-solve', 'complaint-close', 'archive', 'complaint-followup', 'inquiry-followup',
                 'completion-evidence', 'overtime-remedy', 'overtime-cause', 'overtime-renegotiated') AS late_cycles,
       regulation = 'TC' AND clock <> 'presence' AND topic NOT IN ('entry', 'archive', 'complaint-followup')
           AS makes_overtime
FROM (VALUES
    ('TC-6.1-phone', 'phone-answer', 'rings', 3, 5, 6, NULL, NULL, false),
    ('TC-6.1-online', 'online-first-reply', 'wall', 300, 600, 900, NULL, NULL, false),
    ('TC-6.1-deferred', 'deferred-reply', 'wall', 7200, 14400, 28800, NULL, NULL, true),
    ('TC-6.1-told', 'promise-told', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-6.2-urgent-respond', 'fault-respond', 'wall', 900, 1800, 3600, NULL, NULL, false),
    ('TC-6.2-urgent-dispatch', 'fault-dispatch', 'wall', 3600, 7200, 14400, NULL, NULL, true),
    ('TC-6.2-urgent-solve', 'fault-solve', 'wall', 14400, 21600, 28800, NULL, NULL, true),
    ('TC-6.2-normal-respond', 'fault-respond', 'wall', 1800, 3600, 7200, NULL, NULL, false),
    ('TC-6.2-normal-start', 'fault-start', 'wall', 7200, 14400, 21600, NULL, NULL, true),
    ('TC-6.2-normal-solve', 'fault-solve', 'wall', 86400, 172800, 259200, NULL, NULL, true),
    ('TC-6.3-local-arrive', 'onsite-arrive', 'wall', 7200, 14400, 28800, NULL, NULL, true),
    ('TC-6.3-away-depart', 'onsite-depart', 'wall', 14400, 21600, 43200, NULL, NULL, true),
    ('TC-6.3-away-arrive', 'onsite-arrive', 'wall', 86400, 129600, 172800, NULL, NULL, true),
    ('TC-6.3-remote-agreed', 'onsite-agreed', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-6.3-remote-arrive', 'onsite-arrive', 'promise', 0, 0, 0, NULL, NULL, false),
    ('TC-6.3-confirm', 'onsite-confirm', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-6.4-evaluate', 'demand-evaluate', 'workday', 1, 2, 3, NULL, NULL, true),
    ('TC-6.4-report', 'demand-report', 'workday', 2, 3, 5, NULL, NULL, true),
    ('TC-6.5-respond', 'complaint-respond', 'wall', 900, 1800, 3600, NULL, NULL, false),
    ('TC-6.5-investigate', 'complaint-investigate', 'workday', 1, 2, 3, NULL, NULL, true),
    ('TC-6.5-solution', 'complaint-solution', 'workday', 3, 5, 7, NULL, NULL, true),
    ('TC-6.5-close', 'complaint-close', 'workday', 5, 7, 10, NULL, NULL, true),
    ('TC-6.5-followup', 'complaint-followup', 'workday', 2, 2, 2, NULL, NULL, false),
    ('TC-6.6-archive', 'archive', 'workday', 1, 1, 1, NULL, NULL, false),
    ('TC-7-entry', 'entry', 'wall', 900, 900, 900, NULL, NULL, false),
    ('TC-8.2-remedy', 'overtime-remedy', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-8.2-objective', 'overtime-renegotiated', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-9-evidence', 'completion-evidence', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-9-explained', 'overtime-cause', 'presence', 0, 0, 0, NULL, NULL, false),
    ('RC-8.2-phone', 'phone-answer', 'rings', 3, 3, 6, 5, 5, false),
    ('RC-8.2-callback', 'call-back', 'wall', 3600, 3600, 3600, 3600, 3600, false),
    ('RC-8.2-online', 'online-first-reply', 'wall', 300, 300, NULL, 900, 900, false),
    ('RC-8.2-greet', 'visit-greet', 'wall', 60, 60, 60, 60, 60, false),
    ('RC-8.2-wait', 'visit-wait', 'wall', 300, 300, 300, 300, 300, false),
    ('RC-8.2-email', 'email-reply', 'wall', 86400, 86400, 86400, 86400, 86400, false),
    ('RC-8.3-entry', 'entry', 'wall', 900, 900, 900, 900, 900, false),
    ('RC-9.2-handoff', 'handoff', 'wall', 1800, 1800, 1800, 1800, 1800, false),
    ('RC-9.2-told', 'promise-told', 'presence', 0, 0, 0, 0, 0, false),
    ('RC-10.2-promise', 'deferred-reply', 'promise', 0, 0, 0, 0, 0, false),
    ('RC-10.2-intent', 'inquiry-followup', 'workday', NULL, NULL, NULL, 3, NULL, false),
    ('RC-10.2-key', 'inquiry-followup', 'workday', 1, 1, NULL, NULL, NULL, false),
    ('RC-11.1-archive', 'archive', 'workday', 1, 1, 1, 1, 1, false),
    ('CM-2.3-fault', 'fault-respond', 'wall', 86400, 86400, 86400, 86400, 86400, false),
    ('CM-3.2-survey', 'survey', 'presence', 0, 0, 0, 0, 0, false),
    ('CD-3.1-phone', 'phone-answer', 'rings', 3, 3, 3, 3, 3, false),
    ('CD-3.1-callback', 'call-back', 'wall', 86400, 86400, 86400, 86400, 86400, false)
) AS t (rule_id, topic, clock, core, important, ordinary, intent, potential, renegotiable);

-- Working days: the place of every day, and the end of the day of every place.
CREATE OR REPLACE TEMP TABLE calendar AS
SELECT day, (count(*) FILTER (workday) OVER (ORDER BY day))::INTEGER AS place FROM days;
CREATE OR REPLACE TEMP TABLE closings AS
SELECT place, min(day) + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND AS closes FROM calendar GROUP BY place;

-- Tiers: what held from when until when; of a customer with an unreadable start nothing is certain.
CREATE OR REPLACE TEMP TABLE tiers AS
WITH known AS (
    SELECT customer_id, tier, coalesce(valid_from, TIMESTAMP '0001-01-01') AS since,
           bool_or(valid_from_unreadable) OVER (PARTITION BY customer_id) AS doubtful
    FROM customers
)
SELECT customer_id, tier, since, lead(since, 1, TIMESTAMP '9999-01-01') OVER (
           PARTITION BY customer_id ORDER BY since) AS until, false AS doubtful
FROM known WHERE NOT doubtful
UNION ALL
SELECT DISTINCT customer_id, NULL, TIMESTAMP '0001-01-01', TIMESTAMP '9999-01-01', true FROM known WHERE doubtful;

-- Numbers that belong to exactly one customer.
CREATE OR REPLACE TEMP TABLE callers AS
SELECT digits(contact) AS number, min(customer_id) AS customer_id
FROM (SELECT customer_id, contact FROM customers UNION ALL SELECT customer_id, contact FROM customer_contacts)
WHERE digits(contact) IS NOT NULL
GROUP BY 1 HAVING count(DISTINCT customer_id) = 1;
