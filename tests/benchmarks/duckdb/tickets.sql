-- Every obligation about a ticket, cycle by cycle, as of the cutoff.
WITH approved AS (
    SELECT subject_id, rule_id, min(approved_at) AS approved_at
    FROM exemptions WHERE approved_at <= getvariable('cutoff') GROUP BY ALL
), asked AS (
    SELECT ticket_id, min(moment) AS moment
    FROM (SELECT ticket_id, started_at AS moment FROM calls WHERE direction = 'inbound' AND ticket_id IS NOT NULL
          UNION ALL
          SELECT ticket_id, sent_at FROM chats WHERE sender = 'customer' AND ticket_id IS NOT NULL)
    WHERE moment <= getvariable('cutoff')
    GROUP BY ticket_id
), happened AS MATERIALIZED (
    SELECT ticket_id, event, "at" AS moment FROM ticket_events WHERE "at" <= getvariable('cutoff')
), reopened AS (
    SELECT ticket_id, list_sort(list(DISTINCT moment)) AS ats FROM happened WHERE event = 'reopened' GROUP BY ticket_id
), told AS (
    SELECT ticket_id, list(DISTINCT event) AS names FROM happened WHERE event <> 'reopened' GROUP BY ticket_id
), spans AS MATERIALIZED (
    SELECT ticket_id, cycle, ats[cycle - 1] AS began, ats[cycle] AS ended
    FROM (SELECT ticket_id, ats, unnest(range(1, coalesce(len(ats), 0) + 2)) AS cycle
          FROM tickets LEFT JOIN reopened USING (ticket_id))
), in_cycle AS (
    SELECT ticket_id, cycle,
           min(moment) FILTER (event = 'recorded') AS recorded_at,
           min(moment) FILTER (event = 'responded') AS responded_at,
           min(moment) FILTER (event = 'served') AS served_at,
           min(moment) FILTER (event = 'escalated') AS escalated_at,
           min(moment) FILTER (event = 'handed_over') AS handed_over_at,
           min(moment) FILTER (event = 'replied') AS replied_at,
           min(moment) FILTER (event = 'dispatched') AS dispatched_at,
           min(moment) FILTER (event = 'remote_started') AS remote_started_at,
           min(moment) FILTER (event = 'departed') AS departed_at,
           min(moment) FILTER (event = 'arrived') AS arrived_at,
           min(moment) FILTER (event = 'handling_started') AS handling_started_at,
           min(moment) FILTER (event = 'solved') AS solved_at,
           min(moment) FILTER (event = 'customer_confirmed') AS customer_confirmed_at,
           min(moment) FILTER (event = 'evaluated') AS evaluated_at,
           min(moment) FILTER (event = 'evaluation_report') AS evaluation_report_at,
           min(moment) FILTER (event = 'investigated') AS investigated_at,
           min(moment) FILTER (event = 'solution_agreed') AS solution_agreed_at,
           min(moment) FILTER (event = 'disposed') AS disposed_at,
           min(moment) FILTER (event = 'completed') AS completed_at,
           min(moment) FILTER (event = 'surveyed') AS surveyed_at,
           min(moment) FILTER (event = 'followup') AS followup_at,
           min(moment) FILTER (event = 'archived') AS archived_at
    FROM happened JOIN spans USING (ticket_id)
    WHERE event <> 'reopened' AND (began IS NULL OR moment > began) AND (ended IS NULL OR moment <= ended)
    GROUP BY ticket_id, cycle
), cycles AS MATERIALIZED (
    SELECT t.ticket_id || CASE WHEN s.cycle > 1 THEN '#' || s.cycle ELSE '' END AS subject_id, s.cycle, s.ended,
           t.kind, t.channel, t.customer_id, t.tier AS form_tier, t.status, t.cancelled_at, t.cancelled_at_unreadable,
           t.severity, t.service_mode IS NOT DISTINCT FROM 'onsite' AS onsite, t.locality,
           coalesce(t.remote_area, false) AS remote_area, t.answered_on_spot, t.followup_role, t.overtime_cause,
           t.remedy, coalesce(t.customer_accepted, false) AS customer_accepted, t.evidence, t.satisfaction,
           t.satisfaction_unreadable, t.promised_at, t.promised_at_unreadable, t.agreed_arrival_at,
           t.agreed_arrival_at_unreadable, t.renegotiated_due_at, t.renegotiated_due_at_unreadable,
           CASE WHEN s.cycle > 1 THEN s.began
                ELSE least(CASE WHEN t.opened_at <= getvariable('cutoff') THEN t.opened_at END, a.moment)
           END AS requested_at,
           milestone(names, 'recorded', e.recorded_at, t.recorded_at, began, ended)
               AS recorded_at,
           t.recorded_at_unreadable AND NOT told_of(names, 'recorded')
               AS recorded_at_unreadable,
           milestone(names, 'responded', e.responded_at, t.responded_at, began, ended)
               AS responded_at,
           t.responded_at_unreadable AND NOT told_of(names, 'responded')
               AS responded_at_unreadable,
           milestone(names, 'served', e.served_at, t.served_at, began, ended)
               AS served_at,
           t.served_at_unreadable AND NOT told_of(names, 'served')
               AS served_at_unreadable,
           milestone(names, 'escalated', e.escalated_at, t.escalated_at, began, ended)
               AS escalated_at,
           t.escalated_at_unreadable AND NOT told_of(names, 'escalated')
               AS escalated_at_unreadable,
           milestone(names, 'handed_over', e.handed_over_at, t.handed_over_at, began, ended)
               AS handed_over_at,
           t.handed_over_at_unreadable AND NOT told_of(names, 'handed_over')
               AS handed_over_at_unreadable,
           milestone(names, 'replied', e.replied_at, t.replied_at, began, ended)
               AS replied_at,
           t.replied_at_unreadable AND NOT told_of(names, 'replied')
               AS replied_at_unreadable,
           milestone(names, 'dispatched', e.dispatched_at, t.dispatched_at, began, ended)
               AS dispatched_at,
           t.dispatched_at_unreadable AND NOT told_of(names, 'dispatched')
               AS dispatched_at_unreadable,
           milestone(names, 'remote_started', e.remote_started_at, t.remote_started_at, began, ended)
               AS remote_started_at,
           t.remote_started_at_unreadable AND NOT told_of(names, 'remote_started')
               AS remote_started_at_unreadable,
           milestone(names, 'departed', e.departed_at, t.departed_at, began, ended)
               AS departed_at,
           t.departed_at_unreadable AND NOT told_of(names, 'departed')
               AS departed_at_unreadable,
           milestone(names, 'arrived', e.arrived_at, t.arrived_at, began, ended)
               AS arrived_at,
           t.arrived_at_unreadable AND NOT told_of(names, 'arrived')
               AS arrived_at_unreadable,
           milestone(names, 'handling_started', e.handling_started_at, t.handling_started_at, began, ended)
               AS handling_started_at,
           t.handling_started_at_unreadable AND NOT told_of(names, 'handling_started')
               AS handling_started_at_unreadable,
           milestone(names, 'solved', e.solved_at, t.solved_at, began, ended)
               AS solved_at,
           t.solved_at_unreadable AND NOT told_of(names, 'solved')
               AS solved_at_unreadable,
           milestone(names, 'customer_confirmed', e.customer_confirmed_at, t.customer_confirmed_at, began, ended)
               AS customer_confirmed_at,
           t.customer_confirmed_at_unreadable AND NOT told_of(names, 'customer_confirmed')
               AS customer_confirmed_at_unreadable,
           milestone(names, 'evaluated', e.evaluated_at, t.evaluated_at, began, ended)
               AS evaluated_at,
           t.evaluated_at_unreadable AND NOT told_of(names, 'evaluated')
               AS evaluated_at_unreadable,
           milestone(names, 'evaluation_report', e.evaluation_report_at, t.evaluation_report_at, began, ended)
               AS evaluation_report_at,
           t.evaluation_report_at_unreadable AND NOT told_of(names, 'evaluation_report')
               AS evaluation_report_at_unreadable,
           milestone(names, 'investigated', e.investigated_at, t.investigated_at, began, ended)
               AS investigated_at,
           t.investigated_at_unreadable AND NOT told_of(names, 'investigated')
               AS investigated_at_unreadable,
           milestone(names, 'solution_agreed', e.solution_agreed_at, t.solution_agreed_at, began, ended)
               AS solution_agreed_at,
           t.solution_agreed_at_unreadable AND NOT told_of(names, 'solution_agreed')
               AS solution_agreed_at_unreadable,
           milestone(names, 'disposed', e.disposed_at, t.disposed_at, began, ended)
               AS disposed_at,
           t.disposed_at_unreadable AND NOT told_of(names, 'disposed')
               AS disposed_at_unreadable,
           milestone(names, 'completed', e.completed_at, t.completed_at, began, ended)
               AS completed_at,
           t.completed_at_unreadable AND NOT told_of(names, 'completed')
               AS completed_at_unreadable,
           milestone(names, 'surveyed', e.surveyed_at, t.surveyed_at, began, ended)
               AS surveyed_at,
           t.surveyed_at_unreadable AND NOT told_of(names, 'surveyed')
               AS surveyed_at_unreadable,
           milestone(names, 'followup', e.followup_at, t.followup_at, began, ended)
               AS followup_at,
           t.followup_at_unreadable AND NOT told_of(names, 'followup')
               AS followup_at_unreadable,
           milestone(names, 'archived', e.archived_at, t.archived_at, began, ended)
               AS archived_at,
           t.archived_at_unreadable AND NOT told_of(names, 'archived')
               AS archived_at_unreadable
    FROM tickets t
    JOIN spans s USING (ticket_id)
    LEFT JOIN in_cycle e USING (ticket_id, cycle)
    LEFT JOIN told USING (ticket_id)
    LEFT JOIN asked a USING (ticket_id)
), facts AS MATERIALIZED (
    SELECT *, NOT coalesce(answered_on_spot,
               NOT (filled(promised_at, promised_at_unreadable) OR filled(escalated_at, escalated_at_unreadable))
               AND coalesce(replied_at <= coalesce(responded_at, requested_at) + INTERVAL 30 MINUTE, false)
           ) AS deferred,
           filled(remote_started_at, remote_started_at_unreadable) AND filled(solved_at, solved_at_unreadable)
               AND NOT filled(departed_at, departed_at_unreadable) AND NOT filled(arrived_at, arrived_at_unreadable)
               AS solved_remotely,
           severity IS NOT DISTINCT FROM 'emergency' AS emergency,
           onsite AND locality IS NOT DISTINCT FROM 'other_city' AS away,
           filled(completed_at, completed_at_unreadable) AS completed,
           -- The steps that come later in the chain of the ticket's kind: one that is filled implies those before it.
           least(completed_at, archived_at) AS after_replied,
           completed_at_unreadable OR archived_at_unreadable AS after_replied_unread,
           CASE WHEN kind = 'fault' THEN least(solved_at, completed_at, archived_at) END AS after_arrived,
           kind = 'fault' AND (solved_at_unreadable OR completed_at_unreadable OR archived_at_unreadable)
               AS after_arrived_unread,
           CASE WHEN kind = 'fault' THEN least(arrived_at, solved_at, completed_at, archived_at) END AS
               after_departed,
           kind = 'fault' AND (arrived_at_unreadable OR solved_at_unreadable OR completed_at_unreadable OR
               archived_at_unreadable) AS after_departed_unread,
           CASE WHEN kind = 'fault' THEN least(departed_at, arrived_at, solved_at, completed_at,
               archived_at) END AS after_dispatched,
           kind = 'fault' AND (departed_at_unreadable OR arrived_at_unreadable OR solved_at_unreadable OR
               completed_at_unreadable OR archived_at_unreadable) AS after_dispatched_unread,
           CASE WHEN kind = 'fault' THEN least(dispatched_at, remote_started_at, handling_started_at,
               departed_at, arrived_at, solved_at, completed_at, archived_at) END AS after_fault_responded,
           kind = 'fault' AND (dispatched_at_unreadable OR remote_started_at_unreadable OR
               handling_started_at_unreadable OR departed_at_unreadable OR arrived_at_unreadable OR
               solved_at_unreadable OR completed_at_unreadable OR archived_at_unreadable) AS
               after_fault_responded_unread,
           least(replied_at, completed_at, archived_at) AS after_question_responded,
           replied_at_unreadable OR completed_at_unreadable OR archived_at_unreadable AS
               after_question_responded_unread,
           least(evaluation_report_at, completed_at, archived_at) AS after_evaluated,
           evaluation_report_at_unreadable OR completed_at_unreadable OR archived_at_unreadable AS
               after_evaluated_unread,
           least(investigated_at, solution_agreed_at, disposed_at, completed_at, archived_at) AS
               after_complaint_responded,
           investigated_at_unreadable OR solution_agreed_at_unreadable OR disposed_at_unreadable OR
               completed_at_unreadable OR archived_at_unreadable AS after_complaint_responded_unread,
           least(solution_agreed_at, disposed_at, completed_at, archived_at) AS after_investigated,
           solution_agreed_at_unreadable OR disposed_at_unreadable OR completed_at_unreadable OR
               archived_at_unreadable AS after_investigated_unread,
           least(disposed_at, completed_at, archived_at) AS after_solution_agreed,
           disposed_at_unreadable OR completed_at_unreadable OR archived_at_unreadable AS
               after_solution_agreed_unread
    FROM cycles
), steps AS (
    SELECT *, 'TC-6.1-deferred' AS rule_id, requested_at AS triggered_at, true AS applies, replied_at AS
        fulfilled_at, replied_at_unreadable AS unread, NULL::BOOLEAN AS there, after_replied AS implied_at,
        after_replied_unread AS implied_unread, NULL::TIMESTAMP AS promise, false AS promise_unread
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred
    UNION ALL
    SELECT *, 'TC-6.1-told', requested_at, true, NULL::TIMESTAMP, promised_at_unreadable, promised_at IS NOT NULL,
        NULL, false, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred
    UNION ALL
    SELECT *, 'TC-6.2-urgent-respond', requested_at, true, responded_at, responded_at_unreadable, NULL,
        after_fault_responded, after_fault_responded_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND emergency
    UNION ALL
    SELECT *, 'TC-6.2-urgent-dispatch', requested_at, true, least(dispatched_at, remote_started_at),
        least(dispatched_at, remote_started_at) IS NULL AND (dispatched_at_unreadable OR
        remote_started_at_unreadable), NULL, after_dispatched, after_dispatched_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND emergency
    UNION ALL
    SELECT *, 'TC-6.2-urgent-solve', requested_at, true, solved_at, solved_at_unreadable, NULL, after_replied,
        after_replied_unread, NULL, false
    FROM facts WHERE kind = 'fault' AND emergency
    UNION ALL
    SELECT *, 'TC-6.2-normal-respond', requested_at, severity = 'general', responded_at, responded_at_unreadable,
        NULL, after_fault_responded, after_fault_responded_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND coalesce(severity = 'general', true)
    UNION ALL
    SELECT *, 'TC-6.2-normal-start', requested_at, severity = 'general', handling_started_at,
        handling_started_at_unreadable, NULL, after_dispatched, after_dispatched_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND coalesce(severity = 'general', true)
    UNION ALL
    SELECT *, 'TC-6.2-normal-solve', requested_at, severity = 'general', solved_at, solved_at_unreadable, NULL,
        after_replied, after_replied_unread, NULL, false
    FROM facts WHERE kind = 'fault' AND coalesce(severity = 'general', true)
    UNION ALL
    SELECT *, 'TC-6.3-local-arrive', requested_at, locality = 'same_city', arrived_at, arrived_at_unreadable,
        NULL, after_arrived, after_arrived_unread, NULL, false
    FROM facts WHERE cycle = 1 AND onsite AND emergency AND coalesce(locality = 'same_city', true)
    UNION ALL
    SELECT *, 'TC-6.3-away-depart', requested_at, true, departed_at, departed_at_unreadable, NULL, after_departed,
        after_departed_unread, NULL, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND NOT remote_area
    UNION ALL
    SELECT *, 'TC-6.3-away-arrive', requested_at, true, arrived_at, arrived_at_unreadable, NULL, after_arrived,
        after_arrived_unread, NULL, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND NOT remote_area
    UNION ALL
    SELECT *, 'TC-6.3-remote-agreed', requested_at, true, NULL::TIMESTAMP, agreed_arrival_at_unreadable,
        agreed_arrival_at IS NOT NULL, NULL, false, NULL, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND remote_area
    UNION ALL
    SELECT *, 'TC-6.3-remote-arrive', requested_at, true, arrived_at, arrived_at_unreadable, NULL, after_arrived,
        after_arrived_unread, agreed_arrival_at, agreed_arrival_at_unreadable
    FROM facts WHERE cycle = 1 AND away AND emergency AND remote_area AND filled(agreed_arrival_at,
        agreed_arrival_at_unreadable)
    UNION ALL
    SELECT *, 'TC-6.3-confirm', coalesce(solved_at, requested_at), true, NULL::TIMESTAMP,
        customer_confirmed_at_unreadable, customer_confirmed_at IS NOT NULL, NULL, false, NULL, false
    FROM facts WHERE cycle = 1 AND onsite AND filled(solved_at, solved_at_unreadable)
    UNION ALL
    SELECT *, 'TC-6.4-evaluate', requested_at, true, evaluated_at, evaluated_at_unreadable, NULL, after_evaluated,
        after_evaluated_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'demand'
    UNION ALL
    SELECT *, 'TC-6.4-report', evaluated_at, true, evaluation_report_at, evaluation_report_at_unreadable, NULL,
        after_replied, after_replied_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'demand' AND evaluated_at IS NOT NULL
    UNION ALL
    SELECT *, 'TC-6.5-respond', requested_at, true, responded_at, responded_at_unreadable, NULL,
        after_complaint_responded, after_complaint_responded_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'complaint'
    UNION ALL
    SELECT *, 'TC-6.5-investigate', requested_at, true, investigated_at, investigated_at_unreadable, NULL,
        after_investigated, after_investigated_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'complaint'
    UNION ALL
    SELECT *, 'TC-6.5-solution', requested_at, true, solution_agreed_at, solution_agreed_at_unreadable, NULL,
        after_solution_agreed, after_solution_agreed_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'complaint'
    UNION ALL
    SELECT *, 'TC-6.5-close', requested_at, true, disposed_at, disposed_at_unreadable, NULL, after_replied,
        after_replied_unread, NULL, false
    FROM facts WHERE kind = 'complaint'
    UNION ALL
    SELECT *, 'TC-6.5-followup', disposed_at, true, followup_at, followup_at_unreadable, NULL, NULL, false, NULL,
        false
    FROM facts WHERE kind = 'complaint' AND disposed_at IS NOT NULL
    UNION ALL
    SELECT *, 'TC-6.6-archive', completed_at, true, archived_at, archived_at_unreadable, NULL, NULL, false, NULL,
        false
    FROM facts WHERE completed_at IS NOT NULL
    UNION ALL
    SELECT *, 'TC-7-entry', requested_at, true, recorded_at, recorded_at_unreadable, NULL, NULL, false, NULL,
        false
    FROM facts WHERE cycle = 1
    UNION ALL
    SELECT *, 'TC-9-evidence', coalesce(completed_at, requested_at), true, NULL::TIMESTAMP, false, evidence IS NOT
        NULL, NULL, false, NULL, false
    FROM facts WHERE completed
    UNION ALL
    SELECT *, 'RC-8.2-greet', requested_at, true, responded_at, responded_at_unreadable, NULL,
        after_question_responded, after_question_responded_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND channel IS NOT DISTINCT FROM 'walk_in'
    UNION ALL
    SELECT *, 'RC-8.2-wait', requested_at, true, served_at, served_at_unreadable, NULL, NULL, false, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND channel IS NOT DISTINCT FROM 'walk_in'
    UNION ALL
    SELECT *, 'RC-8.2-email', requested_at, true, CASE WHEN deferred THEN least(responded_at, replied_at) ELSE
        replied_at END, replied_at IS NULL AND CASE WHEN deferred THEN responded_at IS NULL AND
        (responded_at_unreadable OR replied_at_unreadable) ELSE replied_at_unreadable END, NULL, after_replied,
        after_replied_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND channel IS NOT DISTINCT FROM 'email'
    UNION ALL
    SELECT *, 'RC-8.3-entry', requested_at, true, recorded_at, recorded_at_unreadable, NULL, NULL, false, NULL,
        false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry'
    UNION ALL
    SELECT *, 'RC-9.2-handoff', escalated_at, true, handed_over_at, handed_over_at_unreadable, NULL, NULL, false,
        NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND escalated_at IS NOT NULL
    UNION ALL
    SELECT *, 'RC-9.2-told', coalesce(escalated_at, requested_at), true, NULL::TIMESTAMP, promised_at_unreadable,
        promised_at IS NOT NULL, NULL, false, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND filled(escalated_at, escalated_at_unreadable)
    UNION ALL
    SELECT *, 'RC-10.2-promise', requested_at, true, replied_at, replied_at_unreadable, NULL, after_replied,
        after_replied_unread, promised_at, promised_at_unreadable
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND filled(promised_at, promised_at_unreadable)
    UNION ALL
    SELECT *, 'RC-10.2-intent', completed_at, true, followup_at, followup_at_unreadable, NULL, NULL, false, NULL,
        false
    FROM facts WHERE kind = 'inquiry' AND completed_at IS NOT NULL
    UNION ALL
    SELECT *, 'RC-10.2-key', completed_at, true, CASE WHEN followup_role IN ('sales', 'technical') THEN
        followup_at END, followup_at_unreadable, NULL, NULL, false, NULL, false
    FROM facts WHERE kind = 'inquiry' AND completed_at IS NOT NULL
    UNION ALL
    SELECT *, 'RC-11.1-archive', completed_at, true, archived_at, archived_at_unreadable, NULL, NULL, false, NULL,
        false
    FROM facts WHERE kind = 'inquiry' AND completed_at IS NOT NULL
    UNION ALL
    SELECT *, 'CM-2.3-fault', requested_at, true, responded_at, responded_at_unreadable, NULL,
        after_fault_responded, after_fault_responded_unread, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault'
    UNION ALL
    SELECT *, 'CM-3.2-survey', coalesce(completed_at, requested_at), true, NULL::TIMESTAMP, surveyed_at IS NULL
        AND satisfaction IS NULL AND (surveyed_at_unreadable OR satisfaction_unreadable), surveyed_at IS NOT NULL
        OR satisfaction IS NOT NULL, NULL, false, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'demand' AND completed
), bound AS (
    SELECT s.*, r.place, r.clock, r.topic, r.uniform, r.renegotiable, r.makes_overtime,
           CASE WHEN t.doubtful THEN NULL ELSE coalesce(t.tier, s.form_tier) END AS level,
           coalesce(t.doubtful, false) AS doubtful,
           CASE WHEN r.uniform THEN r.core
                ELSE limit_of(level, r.core, r.important, r.ordinary, r.intent, r.potential) END AS allowed
    FROM steps s
    JOIN rules r USING (rule_id)
    LEFT JOIN tiers t ON t.customer_id = s.customer_id AND s.triggered_at >= t.since AND s.triggered_at < t.until
    WHERE s.triggered_at IS NOT NULL AND (allowed IS NOT NULL OR (NOT r.uniform AND level IS NULL))
          AND NOT (s.rule_id = 'TC-6.2-urgent-dispatch' AND s.away AND level IS NOT DISTINCT FROM 'core')
), timed AS (
    SELECT b.*, CASE clock WHEN 'wall' THEN triggered_at + to_seconds(allowed)
                           WHEN 'promise' THEN CASE WHEN allowed IS NOT NULL THEN promise END
                           ELSE w.closes END AS due_at
    FROM bound b
    LEFT JOIN calendar c
        ON c.day = CASE clock WHEN 'workday' THEN triggered_at::DATE WHEN 'presence' THEN completed_at::DATE END
    LEFT JOIN closings w ON w.place = c.place + CASE clock WHEN 'workday' THEN allowed ELSE 1 END
), decided AS MATERIALIZED (
    SELECT *, CASE
        WHEN applies IS NULL THEN 'unknown:condition'
        WHEN (clock <> 'presence' AND unread) OR promise_unread OR (NOT uniform AND level IS NULL AND doubtful)
             OR (clock = 'presence' AND (unread OR (NOT there AND completed_at_unreadable))) THEN 'unknown:unreadable'
        WHEN NOT uniform AND level IS NULL THEN 'unknown:tier'
        WHEN fulfilled_at < triggered_at THEN 'unknown:before_start'
        WHEN solved_remotely AND topic IN ('onsite-arrive', 'onsite-depart', 'onsite-confirm')
            THEN 'exempt:solved_remotely'
        WHEN clock = 'presence' THEN CASE WHEN there THEN 'met' WHEN getvariable('cutoff') > due_at THEN 'missing'
                                          ELSE 'pending' END
        WHEN fulfilled_at <= due_at THEN 'met'
        WHEN fulfilled_at > due_at THEN 'late'
        WHEN implied_at < triggered_at THEN 'unknown:before_start'
        WHEN implied_at <= due_at THEN 'met:implied'
        WHEN implied_at IS NOT NULL THEN 'unknown:no_timestamp'
        WHEN implied_unread THEN 'unknown:unreadable'
        WHEN getvariable('cutoff') > due_at THEN 'overdue'
        ELSE 'pending' END AS decision,
        CASE WHEN decision IN ('overdue', 'missing', 'pending') AND ended <= coalesce(due_at, ended)
             THEN 'exempt:reopened' ELSE decision END AS outcome
    FROM timed
), overtime AS (
    SELECT subject_id, min(due_at) AS since FROM decided
    WHERE makes_overtime AND outcome IN ('late', 'overdue') GROUP BY subject_id
), late_ones AS (
    SELECT r.place, r.rule_id, f.subject_id, f.customer_id, o.since AS triggered_at,
           CASE WHEN t.doubtful THEN NULL ELSE coalesce(t.tier, f.form_tier) END AS level,
           w.closes AS due_at, f.status, f.cancelled_at, f.cancelled_at_unreadable,
           limit_of(level, r.core, r.important, r.ordinary, r.intent, r.potential) AS allowed,
           CASE r.rule_id WHEN 'TC-8.2-remedy' THEN f.remedy IS NOT NULL
                          WHEN 'TC-9-explained' THEN f.overtime_cause IS NOT NULL
                          ELSE f.renegotiated_due_at IS NOT NULL AND f.customer_accepted END AS there,
           r.rule_id = 'TC-8.2-objective' AND f.renegotiated_due_at_unreadable AND f.customer_accepted AS unread,
           CASE WHEN unread OR (NOT there AND f.completed_at_unreadable)
                     OR (level IS NULL AND coalesce(t.doubtful, false)) THEN 'unknown:unreadable'
                WHEN level IS NULL THEN 'unknown:tier'
                WHEN there THEN 'met'
                WHEN getvariable('cutoff') > w.closes THEN 'missing'
                ELSE 'pending' END AS decision,
           CASE WHEN decision IN ('missing', 'pending') AND f.ended <= coalesce(w.closes, f.ended)
                THEN 'exempt:reopened' ELSE decision END AS outcome
    FROM facts f
    JOIN overtime o USING (subject_id)
    JOIN rules r ON r.rule_id IN ('TC-8.2-remedy', 'TC-9-explained')
                    OR (r.rule_id = 'TC-8.2-objective' AND f.overtime_cause IS NOT DISTINCT FROM 'objective')
    LEFT JOIN tiers t ON t.customer_id = f.customer_id AND o.since >= t.since AND o.since < t.until
    LEFT JOIN calendar c ON c.day = f.completed_at::DATE
    LEFT JOIN closings w ON w.place = c.place + 1
    WHERE allowed IS NOT NULL OR level IS NULL
), renegotiated AS (
    SELECT place, rule_id, subject_id, level, triggered_at, status, cancelled_at, cancelled_at_unreadable,
           renegotiable AND outcome IN ('late', 'overdue') AND overtime_cause IS NOT DISTINCT FROM 'objective'
               AND customer_accepted AS accepted,
           accepted AND coalesce(renegotiated_due_at > due_at, false) AS agreed,
           CASE WHEN agreed AND NOT coalesce(fulfilled_at <= renegotiated_due_at, false)
                THEN renegotiated_due_at ELSE due_at END AS new_due,
           CASE WHEN agreed AND fulfilled_at <= renegotiated_due_at THEN 'exempt:renegotiated'
                WHEN agreed AND fulfilled_at IS NULL AND getvariable('cutoff') <= renegotiated_due_at THEN 'pending'
                WHEN accepted AND renegotiated_due_at_unreadable THEN 'unknown:unreadable'
                ELSE outcome END AS new_outcome
    FROM decided
), eased AS (
    SELECT r.place, r.rule_id, r.subject_id, r.level AS tier, r.triggered_at, r.new_due AS due_at, r.status,
           r.cancelled_at, r.cancelled_at_unreadable,
           CASE WHEN least(a.approved_at, b.approved_at) <= coalesce(r.new_due, getvariable('cutoff'))
                     AND split_part(new_outcome, ':', 1) IN ('late', 'overdue', 'missing', 'pending', 'unknown')
                THEN 'exempt:approved' ELSE new_outcome END AS outcome
    FROM (SELECT place, rule_id, subject_id, level, triggered_at, new_due, new_outcome, status, cancelled_at,
                 cancelled_at_unreadable FROM renegotiated
          UNION ALL
          SELECT place, rule_id, subject_id, level, triggered_at, due_at, outcome, status, cancelled_at,
                 cancelled_at_unreadable FROM late_ones) r
    LEFT JOIN approved a ON a.subject_id = r.subject_id AND a.rule_id IS NULL
    LEFT JOIN approved b ON b.subject_id = r.subject_id AND b.rule_id = r.rule_id
)
SELECT place, rule_id, 'ticket' AS subject_type, subject_id, tier, triggered_at, due_at,
       CASE WHEN cancelled_at <= getvariable('cutoff') AND NOT coalesce(cancelled_at > due_at, false)
                 AND split_part(outcome, ':', 1) IN ('pending', 'overdue', 'missing', 'unknown')
            THEN 'exempt:cancelled'
            WHEN outcome NOT IN ('pending', 'overdue', 'missing') THEN outcome
            WHEN cancelled_at_unreadable THEN 'unknown:unreadable'
            WHEN cancelled_at IS NULL AND status IS NOT DISTINCT FROM 'cancelled' THEN 'unknown:cancelled'
            ELSE outcome END AS outcome
FROM eased
