-- Tickets cycle by cycle as of the cutoff: when each step was done, and what the rules ask of a ticket.
CREATE OR REPLACE TEMP TABLE facts AS
WITH asked AS (
    SELECT ticket_id, min(time) AS time
    FROM (SELECT ticket_id, stamp(started_at, started_at_precision) AS time
          FROM calls WHERE direction = 'inbound' AND ticket_id IS NOT NULL
          UNION ALL
          SELECT ticket_id, stamp(sent_at, sent_at_precision)
          FROM chats WHERE sender = 'customer' AND ticket_id IS NOT NULL)
    WHERE moment(time) <= cutoff()
    GROUP BY ticket_id
), begun AS MATERIALIZED (
    SELECT ticket_id, least(happened(stamp(opened_at, opened_at_precision)), a.time) AS requested
    FROM tickets LEFT JOIN asked a USING (ticket_id)
), told AS MATERIALIZED (
    SELECT ticket_id, event, stamp("at", at_precision) AS time FROM ticket_events WHERE "at" <= getvariable('cutoff')
), reopened AS (
    SELECT ticket_id, list(time ORDER BY time) AS times
    FROM (SELECT ticket_id, min(time) AS time FROM told JOIN begun USING (ticket_id)
          WHERE event = 'reopened' AND moment(time) > moment(requested) GROUP BY ticket_id, moment(time))
    GROUP BY ticket_id
), spans AS MATERIALIZED (
    SELECT ticket_id, cycle, coalesce(times[cycle - 1], requested) AS requested, moment(times[cycle - 1]) AS began,
           moment(times[cycle]) AS ended
    FROM (SELECT *, unnest(range(1, coalesce(len(times), 0) + 2)) AS cycle
          FROM begun LEFT JOIN reopened USING (ticket_id))
), named AS (
    SELECT ticket_id, list(DISTINCT event) AS names FROM told GROUP BY ticket_id
), lost AS (
    SELECT ticket_id, list(DISTINCT event) AS gone, bool_or(event IS NULL OR event = 'reopened') AS astray
    FROM quarantined_ticket_events WHERE ticket_id IS NOT NULL GROUP BY ticket_id
), in_cycle AS (
    PIVOT (SELECT ticket_id, cycle, event, time FROM told JOIN spans USING (ticket_id)
           WHERE coalesce(moment(time) > began, true) AND coalesce(moment(time) <= ended, true))
    ON event IN (
        'recorded', 'responded', 'served', 'escalated', 'handed_over', 'replied', 'dispatched',
        'remote_started', 'departed', 'arrived', 'handling_started', 'solved', 'customer_confirmed',
        'evaluated', 'evaluation_report', 'investigated', 'solution_agreed', 'disposed', 'completed',
        'surveyed', 'followup', 'archived')
    USING min(time) GROUP BY ticket_id, cycle
), cycles AS (
    SELECT t.ticket_id || CASE WHEN s.cycle > 1 THEN '#' || s.cycle ELSE '' END AS subject_id, s.cycle, s.ended,
           s.requested, t.kind, coalesce(t.channel, '') AS channel, t.customer_id, t.tier AS form_tier,
           coalesce(t.status, '') AS status, cell(t.cancelled_at, 0, t.cancelled_at_unreadable) AS cancelled,
           t.severity, coalesce(t.service_mode, '') = 'onsite' AS onsite, t.locality,
           coalesce(t.remote_area, false) AS remote_area, t.answered_on_spot, t.followup_role,
           t.overtime_cause, t.remedy, t.evidence, coalesce(t.customer_accepted, false) AS accepted,
           CASE WHEN t.satisfaction_unreadable THEN unread() ELSE t.satisfaction END AS satisfaction,
           cell(t.promised_at, 0, t.promised_at_unreadable) AS promised,
           cell(t.agreed_arrival_at, 0, t.agreed_arrival_at_unreadable) AS agreed,
           cell(t.renegotiated_due_at, 0, t.renegotiated_due_at_unreadable) AS renegotiated,
           coalesce(l.astray, false) AS astray,
           milestone('recorded', names, gone, e.recorded, t.recorded_at, t.recorded_at_precision,
                     t.recorded_at_unreadable, began, ended) AS recorded,
           milestone('responded', names, gone, e.responded, t.responded_at, t.responded_at_precision,
                     t.responded_at_unreadable, began, ended) AS responded,
           milestone('served', names, gone, e.served, t.served_at, t.served_at_precision,
                     t.served_at_unreadable, began, ended) AS served,
           milestone('escalated', names, gone, e.escalated, t.escalated_at, t.escalated_at_precision,
                     t.escalated_at_unreadable, began, ended) AS escalated,
           milestone('handed_over', names, gone, e.handed_over, t.handed_over_at, t.handed_over_at_precision,
                     t.handed_over_at_unreadable, began, ended) AS handed_over,
           milestone('replied', names, gone, e.replied, t.replied_at, t.replied_at_precision,
                     t.replied_at_unreadable, began, ended) AS replied,
           milestone('dispatched', names, gone, e.dispatched, t.dispatched_at, t.dispatched_at_precision,
                     t.dispatched_at_unreadable, began, ended) AS dispatched,
           milestone('remote_started', names, gone, e.remote_started, t.remote_started_at,
                     t.remote_started_at_precision, t.remote_started_at_unreadable, began,
                     ended) AS remote_started,
           milestone('departed', names, gone, e.departed, t.departed_at, t.departed_at_precision,
                     t.departed_at_unreadable, began, ended) AS departed,
           milestone('arrived', names, gone, e.arrived, t.arrived_at, t.arrived_at_precision,
                     t.arrived_at_unreadable, began, ended) AS arrived,
           milestone('handling_started', names, gone, e.handling_started, t.handling_started_at,
                     t.handling_started_at_precision, t.handling_started_at_unreadable, began,
                     ended) AS handling_started,
           milestone('solved', names, gone, e.solved, t.solved_at, t.solved_at_precision,
                     t.solved_at_unreadable, began, ended) AS solved,
           milestone('customer_confirmed', names, gone, e.customer_confirmed, t.customer_confirmed_at,
                     t.customer_confirmed_at_precision, t.customer_confirmed_at_unreadable, began,
                     ended) AS customer_confirmed,
           milestone('evaluated', names, gone, e.evaluated, t.evaluated_at, t.evaluated_at_precision,
                     t.evaluated_at_unreadable, began, ended) AS evaluated,
           milestone('evaluation_report', names, gone, e.evaluation_report, t.evaluation_report_at,
                     t.evaluation_report_at_precision, t.evaluation_report_at_unreadable, began,
                     ended) AS evaluation_report,
           milestone('investigated', names, gone, e.investigated, t.investigated_at,
                     t.investigated_at_precision, t.investigated_at_unreadable, began, ended) AS investigated,
           milestone('solution_agreed', names, gone, e.solution_agreed, t.solution_agreed_at,
                     t.solution_agreed_at_precision, t.solution_agreed_at_unreadable, began,
                     ended) AS solution_agreed,
           milestone('disposed', names, gone, e.disposed, t.disposed_at, t.disposed_at_precision,
                     t.disposed_at_unreadable, began, ended) AS disposed,
           milestone('completed', names, gone, e.completed, t.completed_at, t.completed_at_precision,
                     t.completed_at_unreadable, began, ended) AS completed,
           milestone('surveyed', names, gone, e.surveyed, t.surveyed_at, t.surveyed_at_precision,
                     t.surveyed_at_unreadable, began, ended) AS surveyed,
           milestone('followup', names, gone, e.followup, t.followup_at, t.followup_at_precision,
                     t.followup_at_unreadable, began, ended) AS followup,
           milestone('archived', names, gone, e.archived, t.archived_at, t.archived_at_precision,
                     t.archived_at_unreadable, began, ended) AS archived
    FROM tickets t
    JOIN spans s USING (ticket_id)
    LEFT JOIN in_cycle e USING (ticket_id, cycle)
    LEFT JOIN named USING (ticket_id)
    LEFT JOIN lost l USING (ticket_id)
)
SELECT *, row_number() OVER () AS subject,
       NOT coalesce(answered_on_spot, promised IS NULL AND escalated IS NULL AND coalesce(
           moment(readable(replied)) <= moment(coalesce(readable(responded), requested)) + 1800000000, false))
           AS deferred,
       remote_started IS NOT NULL AND solved IS NOT NULL AND departed IS NULL AND arrived IS NULL AS solved_remotely,
       coalesce(severity = 'emergency', false) AS emergency,
       onsite AND coalesce(locality = 'other_city', false) AS away,
       CASE kind WHEN 'inquiry' THEN replied WHEN 'fault' THEN solved WHEN 'complaint' THEN disposed END
               AS finished,
       -- The first step that comes later in the chain of the ticket's kind: it implies those before it.
       least(completed, archived) AS after_service,
       CASE WHEN kind = 'fault' THEN least(solved, after_service) END AS after_arrived,
       CASE WHEN kind = 'fault' THEN least(arrived, after_arrived) END AS after_departed,
       CASE WHEN kind = 'fault' THEN least(departed, after_departed) END AS after_dispatched,
       least(dispatched, remote_started, handling_started, after_dispatched) AS after_fault_responded,
       least(replied, after_service) AS after_question_responded,
       least(evaluation_report, after_service) AS after_evaluated,
       least(disposed, after_service) AS after_solution_agreed,
       least(solution_agreed, after_solution_agreed) AS after_investigated,
       least(investigated, after_investigated) AS after_complaint_responded
FROM cycles
