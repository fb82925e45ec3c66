-- What all statements share: times as numbers, the rules with their limits, working days, tiers, parties of calls.
-- Tables and views expected: the canonical tables; `days` (day, workday, provisional), one row per day; `carried`
-- (table_name, column_name), the columns that some file has; of customers, calls, chats and ticket_events
-- `quarantined_*`, what their quarantined rows still name.
-- Variables: cutoff (the instant as of which is judged), courtesy (a pattern of polite words).

-- A time is one number: its microseconds times four, and how exactly it was written (0 fully, 1 its minute, 2 its day).
-- So least() and min() find the earliest and, of equal ones, the most exact. A cell that is filled but unreadable is
-- later than all: it counts only where there is nothing to read.
CREATE OR REPLACE MACRO unread() AS 9223372036854775807;
CREATE OR REPLACE MACRO stamp(written, seconds) AS
    epoch_us(written) * 4 + CASE seconds WHEN 0 THEN 0 WHEN 60 THEN 1 ELSE 2 END;
CREATE OR REPLACE MACRO cell(written, seconds, mark) AS CASE WHEN mark THEN unread() ELSE stamp(written, seconds) END;
CREATE OR REPLACE MACRO readable(time) AS nullif(time, unread());
-- Microseconds: the instant as written, the last one that it may stand for, how much later that is.
CREATE OR REPLACE MACRO moment(time) AS time >> 2;
CREATE OR REPLACE MACRO slack(time) AS CASE time & 3 WHEN 0 THEN 0 WHEN 1 THEN 59999999 ELSE 86399999999 END;
CREATE OR REPLACE MACRO latest(time) AS moment(time) + slack(time);
CREATE OR REPLACE MACRO span(time) AS CASE time & 3 WHEN 0 THEN 0 WHEN 1 THEN 60000000 ELSE 86400000000 END;
CREATE OR REPLACE MACRO cutoff() AS epoch_us(getvariable('cutoff'));
CREATE OR REPLACE MACRO happened(time) AS CASE WHEN time = unread() OR moment(time) <= cutoff() THEN time END;
-- Whether `time` kept the deadline `due`, which may lie `later` by how exactly the start is known; empty without one.
CREATE OR REPLACE MACRO kept(time, due, later) AS
    CASE WHEN latest(time) <= due THEN 'met'
         WHEN moment(time) > due + later THEN 'late'
         WHEN time IS NOT NULL THEN 'unknown:precision' END;
CREATE OR REPLACE MACRO limit_of(tier, core, important, ordinary, intent, potential) AS
    CASE tier WHEN 'core' THEN core WHEN 'important' THEN important WHEN 'ordinary' THEN ordinary
              WHEN 'intent' THEN intent WHEN 'potential' THEN potential END;
-- Rings of five seconds, a begun one counted whole, at least one.
CREATE OR REPLACE MACRO rings_in(elapsed) AS
    CASE WHEN elapsed <= 5000000 THEN 1 ELSE (elapsed + 4999999) // 5000000 END;
-- Presence of a record, owed by `due`; what nobody could record, what is lost and what waits for a calendar breaks no
-- rule; a step that was still open when the ticket was reopened in time is the next cycle's.
CREATE OR REPLACE MACRO evidenced(there, due) AS
    CASE WHEN there IS NOT NULL THEN 'met' WHEN cutoff() > due THEN 'missing' ELSE 'pending' END;
CREATE OR REPLACE MACRO shown(outcome, unrecorded, astray, provisional) AS
    CASE WHEN unrecorded AND outcome IN ('overdue', 'missing', 'pending') THEN 'unknown:not_recorded'
         WHEN astray AND outcome IN ('late', 'overdue', 'missing') THEN 'unknown:quarantined'
         WHEN provisional AND outcome IN ('late', 'overdue', 'missing') THEN 'unknown:calendar' ELSE outcome END;
CREATE OR REPLACE MACRO left_open(outcome, due, ended) AS
    CASE WHEN ended <= coalesce(due, ended) AND outcome IN ('overdue', 'missing', 'pending') THEN 'exempt:reopened'
         ELSE outcome END;
-- A milestone in a cycle (that `began` and `ended` by reopenings): unreadable where its event is `gone`; by the
-- ticket's events where any has its name, else the ticket's own cell, if it falls in the cycle.
CREATE OR REPLACE MACRO milestone(name, names, gone, event_time, written, seconds, mark, began, ended) AS
    CASE WHEN list_contains(gone, name) THEN unread()
         WHEN list_contains(names, name) THEN event_time
         WHEN mark THEN unread()
         WHEN epoch_us(written) <= cutoff() AND coalesce(epoch_us(written) > began, true)
              AND coalesce(epoch_us(written) <= ended, true)
         THEN stamp(written, seconds) END;
CREATE OR REPLACE MACRO is_unknown(outcome) AS starts_with(outcome, 'unknown:');

-- Numbers by their digits; a contact may hold several, and extensions. Most are a mobile number and nothing else.
CREATE OR REPLACE MACRO bare(number) AS regexp_replace(number, '\D', '', 'g');
CREATE OR REPLACE MACRO unprefixed(number) AS
    CASE WHEN regexp_full_match(number, '\d{0,4}1[3-9]\d{9}') THEN right(number, 11)
         ELSE nullif(regexp_replace(regexp_replace(number, '^(?:00)?86(\d{10,})$', '\1'), '^0', ''), '') END;
CREATE OR REPLACE MACRO digits(number) AS
    CASE WHEN regexp_full_match(number, '1[3-9]\d{9}') THEN number
         ELSE unprefixed(bare(coalesce(nullif(regexp_extract(number, '(?i)sips?:([^@]*)@', 1), ''), number))) END;
CREATE OR REPLACE MACRO without_extension(number) AS regexp_replace(number, '(?i)(\d)\s*(?:转|ext|x).*$', '\1', 's');
CREATE OR REPLACE MACRO parts(contact) AS string_split_regex(contact, '[/,，;；、\r\n]+');
CREATE OR REPLACE MACRO spaced(part) AS
    CASE WHEN list_bool_and([length(bare(p)) >= 7 FOR p IN string_split_regex(trim(part), '\s+')])
         THEN string_split_regex(trim(part), '\s+') ELSE [part] END;

-- What the company records: of tickets a milestone also by its events, even lost ones, of calls an answer also by the
-- disposition.
SET VARIABLE recorded = (
    SELECT coalesce(list(name), [])
    FROM (SELECT column_name AS name FROM carried WHERE table_name = 'tickets'
          UNION SELECT event || '_at' FROM ticket_events UNION SELECT event || '_at' FROM quarantined_ticket_events));
SET VARIABLE answers_recorded = (
    SELECT exists(FROM carried WHERE table_name = 'calls' AND column_name = 'answered_at')
           OR exists(FROM calls WHERE disposition = 'answered'));
CREATE OR REPLACE MACRO recorded(name) AS list_contains(getvariable('recorded'), name);
-- Of two cells that are both asked for, one is not recorded, and whatever is recorded is filled.
CREATE OR REPLACE MACRO lacking(one, one_filled, other, other_filled) AS
    NOT (recorded(one) AND recorded(other)) AND (one_filled OR NOT recorded(one))
    AND (other_filled OR NOT recorded(other));

-- Limits: rings, seconds, working days; 0 where the rule only applies.
CREATE OR REPLACE TEMP TABLE rules AS
SELECT row_number() OVER () AS place,
       * REPLACE (core::BIGINT AS core, important::BIGINT AS important, ordinary::BIGINT AS ordinary,
                  intent::BIGINT AS intent, potential::BIGINT AS potential),
       coalesce(core = important AND core = ordinary AND core = intent AND core = potential, false) AS uniform,
       rule_id[:2] = 'TC' AND clock <> 'presence'
           AND topic NOT IN ('entry', 'completion', 'archive', 'complaint-followup') AS makes_overtime,
       NOT list_has_any(string_split(ends, '|'), getvariable('recorded')) AS unrecorded
FROM (VALUES
    ('TC-6.1-phone', 'phone-answer', 'answered_at', 'rings', 3, 5, 6, NULL, NULL, false),
    ('TC-6.1-online', 'online-first-reply', 'first_agent_message', 'wall', 300, 600, 900, NULL, NULL, false),
    ('TC-6.1-deferred', 'deferred-reply', 'replied_at', 'wall', 7200, 14400, 28800, NULL, NULL, true),
    ('TC-6.1-told', 'promise-told', 'promised_at', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-6.2-urgent-respond', 'fault-respond', 'responded_at', 'wall', 900, 1800, 3600, NULL, NULL, false),
    ('TC-6.2-urgent-dispatch', 'fault-dispatch', 'dispatched_at|remote_started_at', 'wall', 3600, 7200, 14400,
     NULL, NULL, true),
    ('TC-6.2-urgent-solve', 'fault-solve', 'solved_at', 'wall', 14400, 21600, 28800, NULL, NULL, true),
    ('TC-6.2-normal-respond', 'fault-respond', 'responded_at', 'wall', 1800, 3600, 7200, NULL, NULL, false),
    ('TC-6.2-normal-start', 'fault-start', 'handling_started_at', 'wall', 7200, 14400, 21600, NULL, NULL, true),
    ('TC-6.2-normal-solve', 'fault-solve', 'solved_at', 'wall', 86400, 172800, 259200, NULL, NULL, true),
    ('TC-6.3-local-arrive', 'onsite-arrive', 'arrived_at', 'wall', 7200, 14400, 28800, NULL, NULL, true),
    ('TC-6.3-away-depart', 'onsite-depart', 'departed_at', 'wall', 14400, 21600, 43200, NULL, NULL, true),
    ('TC-6.3-away-arrive', 'onsite-arrive', 'arrived_at', 'wall', 86400, 129600, 172800, NULL, NULL, true),
    ('TC-6.3-remote-agreed', 'onsite-agreed', 'agreed_arrival_at', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-6.3-remote-arrive', 'onsite-arrive', 'arrived_at', 'promise', 0, 0, 0, NULL, NULL, false),
    ('TC-6.3-confirm', 'onsite-confirm', 'customer_confirmed_at', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-6.4-evaluate', 'demand-evaluate', 'evaluated_at', 'workday', 1, 2, 3, NULL, NULL, true),
    ('TC-6.4-report', 'demand-report', 'evaluation_report_at', 'workday', 2, 3, 5, NULL, NULL, true),
    ('TC-6.5-respond', 'complaint-respond', 'responded_at', 'wall', 900, 1800, 3600, NULL, NULL, false),
    ('TC-6.5-investigate', 'complaint-investigate', 'investigated_at', 'workday', 1, 2, 3, NULL, NULL, true),
    ('TC-6.5-solution', 'complaint-solution', 'solution_agreed_at', 'workday', 3, 5, 7, NULL, NULL, true),
    ('TC-6.5-close', 'complaint-close', 'disposed_at', 'workday', 5, 7, 10, NULL, NULL, true),
    ('TC-6.5-followup', 'complaint-followup', 'followup_at', 'workday', 2, 2, 2, NULL, NULL, false),
    ('TC-6.6-archive', 'archive', 'archived_at', 'workday', 1, 1, 1, NULL, NULL, false),
    ('TC-7-entry', 'entry', 'recorded_at', 'wall', 900, 900, 900, NULL, NULL, false),
    ('TC-8.2-remedy', 'overtime-remedy', 'remedy', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-8.2-objective', 'overtime-renegotiated', 'renegotiated_due_at & customer_accepted', 'presence', 0, 0, 0,
     NULL, NULL, false),
    ('TC-9-close', 'completion', 'completed_at', 'workday', 5, 5, 5, NULL, NULL, false),
    ('TC-9-evidence', 'completion-evidence', 'evidence', 'presence', 0, 0, 0, NULL, NULL, false),
    ('TC-9-explained', 'overtime-cause', 'overtime_cause', 'presence', 0, 0, 0, NULL, NULL, false),
    ('RC-8.2-phone', 'phone-answer', 'answered_at', 'rings', 3, 3, 6, 5, 5, false),
    ('RC-8.2-callback', 'call-back', 'callback_placed', 'wall', 3600, 3600, 3600, 3600, 3600, false),
    ('RC-8.2-online', 'online-first-reply', 'first_agent_message', 'wall', 300, 300, NULL, 900, 900, false),
    ('RC-8.2-told', 'promise-told', 'promised_at', 'presence', 0, 0, 0, 0, 0, false),
    ('RC-8.2-greet', 'visit-greet', 'responded_at', 'wall', 60, 60, 60, 60, 60, false),
    ('RC-8.2-wait', 'visit-wait', 'served_at', 'wall', 300, 300, 300, 300, 300, false),
    ('RC-8.2-email', 'email-reply', 'replied_at', 'wall', 86400, 86400, 86400, 86400, 86400, false),
    ('RC-8.3-entry', 'entry', 'recorded_at', 'wall', 900, 900, 900, 900, 900, false),
    ('RC-9.2-handoff', 'handoff', 'handed_over_at', 'wall', 1800, 1800, 1800, 1800, 1800, false),
    ('RC-9.2-told', 'promise-told', 'promised_at', 'presence', 0, 0, 0, 0, 0, false),
    ('RC-10.2-promise', 'deferred-reply', 'replied_at', 'promise', 0, 0, 0, 0, 0, true),
    ('RC-10.2-intent', 'inquiry-followup', 'followup_at', 'workday', NULL, NULL, NULL, 3, NULL, false),
    ('RC-10.2-key', 'inquiry-followup', 'followup_at & followup_role', 'workday', 1, 1, NULL, NULL, NULL, false),
    ('RC-11.1-archive', 'archive', 'archived_at', 'workday', 1, 1, 1, 1, 1, false),
    ('CM-2.3-fault', 'fault-respond', 'responded_at', 'wall', 86400, 86400, 86400, 86400, 86400, false),
    ('CM-3.2-survey', 'survey', 'surveyed_at|satisfaction', 'presence', 0, 0, 0, 0, 0, false),
    ('CD-3.1-phone', 'phone-answer', 'answered_at', 'rings', 3, 3, 3, 3, 3, false),
    ('CD-3.1-callback', 'call-back', 'callback_placed', 'wall', 86400, 86400, 86400, 86400, 86400, false),
    ('CD-3.1-told', 'promise-told', 'promised_at', 'presence', 0, 0, 0, 0, 0, false)
) AS t (rule_id, topic, ends, clock, core, important, ordinary, intent, potential, renegotiable);

-- Working days: of every day its number, how many working days and how many of a year without a published calendar
-- came up to it; of every place in the row of working days its end in microseconds.
CREATE OR REPLACE TEMP TABLE calendar AS
SELECT date_diff('day', DATE '1970-01-01', day) AS day, workday,
       (sum(workday::INTEGER) OVER sofar)::INTEGER AS place,
       (sum(provisional::INTEGER) OVER sofar)::INTEGER AS provisional
FROM days WINDOW sofar AS (ORDER BY day ROWS UNBOUNDED PRECEDING);
CREATE OR REPLACE TEMP TABLE closings AS
SELECT place, (day + 1) * 86400000000 - 1 AS closes, provisional FROM calendar WHERE workday;
CREATE OR REPLACE MACRO day_of(time) AS moment(time) // 86400000000;

-- Tiers: what held from when until when, in microseconds; of a customer of whom a row has an unreadable start or could
-- not be accepted, nothing is certain, and `flaw` says why.
CREATE OR REPLACE TEMP TABLE tiers AS
WITH flawed AS (
    SELECT customer_id, max(flaw) AS flaw
    FROM (SELECT customer_id, 'unreadable' AS flaw FROM customers WHERE valid_from_unreadable
          UNION ALL
          SELECT customer_id, 'tier' FROM quarantined_customers WHERE customer_id IS NOT NULL)
    GROUP BY customer_id
)
SELECT customer_id, tier, coalesce(epoch_us(valid_from), -(1::BIGINT << 61)) AS since,
       lead(since, 1, 1::BIGINT << 61) OVER (PARTITION BY customer_id ORDER BY since) AS until, NULL AS flaw
FROM customers ANTI JOIN flawed USING (customer_id)
UNION ALL
SELECT customer_id, NULL, -(1::BIGINT << 61), 1::BIGINT << 61, flaw FROM flawed;

-- Who has a number: empty where two customers have it.
CREATE OR REPLACE TEMP TABLE callers AS
SELECT number, CASE WHEN count(DISTINCT customer_id) = 1 THEN min(customer_id) END AS customer_id
FROM (SELECT customer_id, digits(without_extension(unnest(spaced(part)))) AS number
      FROM (SELECT customer_id, unnest(parts(contact)) AS part
            FROM (SELECT customer_id, contact FROM customers UNION ALL BY NAME
                  SELECT customer_id, contact FROM customer_contacts)))
WHERE number IS NOT NULL GROUP BY number;

-- Calls with the other party: `stranger` where nobody can say who it is, `nameless` where nothing readable names it,
-- `lost` where a quarantined call names it.
CREATE OR REPLACE TEMP TABLE phoned AS
SELECT c.call_id, c.direction, stamp(c.started_at, c.started_at_precision) AS started,
       cell(c.answered_at, c.answered_at_precision, c.answered_at_unreadable) AS answered,
       cell(c.ended_at, c.ended_at_precision, c.ended_at_unreadable) AS ended, c.rings, c.rings_unreadable,
       coalesce(c.disposition, '') AS disposition, c.number,
       coalesce(c.customer_id, CASE WHEN NOT c.customer_id_unreadable THEN n.customer_id END) AS customer,
       customer IS NULL AND (c.customer_id_unreadable OR c.number_unreadable OR n.number IS NOT NULL) AS stranger,
       customer IS NULL AND c.number IS NULL AND (c.customer_id_unreadable OR c.number_unreadable) AS nameless,
       coalesce(c.customer_id IN (SELECT customer_id FROM quarantined_calls), false)
           OR coalesce(c.number IN (SELECT digits(number) FROM quarantined_calls), false) AS lost
FROM (SELECT * REPLACE (digits(number) AS number) FROM calls) c
LEFT JOIN callers n ON n.number = c.number;
