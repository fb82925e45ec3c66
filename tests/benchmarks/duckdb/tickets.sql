-- Every obligation about a ticket, cycle by cycle, as of the cutoff.
-- Expected: `facts` as of it.
WITH approved AS (
    SELECT subject_id, rule_id, epoch_us(min(approved_at)) AS approved
    FROM exemptions WHERE approved_at <= getvariable('cutoff') AND NOT rule_id_unreadable GROUP BY ALL
), steps AS (
    -- Presence: `fulfilled` is filled where the evidence is there.
    SELECT *, 'TC-6.1-deferred' AS rule_id, requested AS since, replied AS fulfilled, after_service AS implied,
           NULL::BIGINT AS promise, false AS undecided
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred
    UNION ALL
    SELECT *, 'TC-6.1-told', requested, promised, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred
    UNION ALL
    SELECT *, 'TC-6.2-urgent-respond', requested, responded, after_fault_responded, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND emergency
    UNION ALL
    SELECT *, 'TC-6.2-urgent-dispatch', requested, least(dispatched, remote_started), after_dispatched, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND emergency
    UNION ALL
    SELECT *, 'TC-6.2-urgent-solve', requested, solved, after_service, NULL, false
    FROM facts WHERE kind = 'fault' AND emergency
    UNION ALL
    SELECT *, 'TC-6.2-normal-respond', requested, responded, after_fault_responded, NULL, severity IS NULL
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND NOT emergency
    UNION ALL
    SELECT *, 'TC-6.2-normal-start', requested, handling_started, after_dispatched, NULL, severity IS NULL
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND NOT emergency
    UNION ALL
    SELECT *, 'TC-6.2-normal-solve', requested, solved, after_service, NULL, severity IS NULL
    FROM facts WHERE kind = 'fault' AND NOT emergency
    UNION ALL
    SELECT *, 'TC-6.3-local-arrive', requested, arrived, after_arrived, NULL, locality IS NULL OR severity IS NULL
    FROM facts WHERE cycle = 1 AND onsite AND coalesce(locality = 'same_city', true)
        AND (emergency OR (kind = 'fault' AND severity IS NULL))
    UNION ALL
    SELECT *, 'TC-6.3-away-depart', requested, departed, after_departed, NULL, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND NOT remote_area
    UNION ALL
    SELECT *, 'TC-6.3-away-arrive', requested, arrived, after_arrived, NULL, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND NOT remote_area
    UNION ALL
    SELECT *, 'TC-6.3-remote-agreed', requested, agreed, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND remote_area
    UNION ALL
    SELECT *, 'TC-6.3-remote-arrive', requested, arrived, after_arrived, agreed, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND remote_area AND agreed IS NOT NULL
    UNION ALL
    SELECT *, 'TC-6.3-confirm', coalesce(readable(solved), requested), customer_confirmed, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND onsite AND solved IS NOT NULL
    UNION ALL
    SELECT *, 'TC-6.4-evaluate', requested, evaluated, after_evaluated, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'demand'
    UNION ALL
    SELECT *, 'TC-6.4-report', evaluated, evaluation_report, after_service, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'demand'
    UNION ALL
    SELECT *, 'TC-6.5-respond', requested, responded, after_complaint_responded, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'complaint'
    UNION ALL
    SELECT *, 'TC-6.5-investigate', requested, investigated, after_investigated, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'complaint'
    UNION ALL
    SELECT *, 'TC-6.5-solution', requested, solution_agreed, after_solution_agreed, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'complaint'
    UNION ALL
    SELECT *, 'TC-6.5-close', requested, disposed, after_service, NULL, false
    FROM facts WHERE kind = 'complaint'
    UNION ALL
    SELECT *, 'TC-6.5-followup', disposed, followup, NULL, NULL, false
    FROM facts WHERE kind = 'complaint'
    UNION ALL
    SELECT *, 'TC-6.6-archive', completed, archived, NULL, NULL, false
    FROM facts
    UNION ALL
    SELECT *, 'TC-7-entry', requested, recorded, NULL, NULL, false
    FROM facts WHERE cycle = 1
    UNION ALL
    SELECT *, 'TC-9-close', finished, completed, archived, NULL, false
    FROM facts
    UNION ALL
    SELECT *, 'TC-9-evidence', coalesce(readable(completed), requested),
           CASE WHEN evidence IS NOT NULL THEN 0 END, NULL, NULL, false
    FROM facts WHERE completed IS NOT NULL
    UNION ALL
    SELECT *, 'RC-8.2-told', requested, promised, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred AND channel = 'online'
    UNION ALL
    SELECT *, 'RC-8.2-greet', requested, responded, after_question_responded, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND channel = 'walk_in'
    UNION ALL
    SELECT *, 'RC-8.2-wait', requested, served, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND channel = 'walk_in'
    UNION ALL
    SELECT *, 'RC-8.2-email', requested,
           CASE WHEN deferred THEN least(responded, replied) ELSE replied END, after_service, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND channel = 'email'
    UNION ALL
    SELECT *, 'RC-8.3-entry', requested, recorded, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry'
    UNION ALL
    SELECT *, 'RC-9.2-handoff', escalated, handed_over, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry'
    UNION ALL
    SELECT *, 'RC-9.2-told', coalesce(readable(escalated), requested), promised, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND escalated IS NOT NULL
    UNION ALL
    SELECT *, 'RC-10.2-promise', requested, replied, after_service, promised, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND promised IS NOT NULL
    UNION ALL
    SELECT *, 'RC-10.2-intent', completed, followup, NULL, NULL, false
    FROM facts WHERE kind = 'inquiry'
    UNION ALL
    SELECT *, 'RC-10.2-key', completed,
           CASE WHEN followup = unread() OR followup_role IN ('sales', 'technical') THEN followup END, NULL, NULL, false
    FROM facts WHERE kind = 'inquiry'
    UNION ALL
    SELECT *, 'RC-11.1-archive', completed, archived, NULL, NULL, false
    FROM facts WHERE kind = 'inquiry'
    UNION ALL
    SELECT *, 'CM-2.3-fault', requested, responded, after_fault_responded, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault'
    UNION ALL
    SELECT *, 'CM-3.2-survey', coalesce(readable(completed), requested), least(surveyed, satisfaction), NULL, NULL,
           false
    FROM facts WHERE cycle = 1 AND kind = 'demand' AND completed IS NOT NULL
    UNION ALL
    SELECT *, 'CD-3.1-told', requested, promised, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred AND channel = 'phone'
), bound AS (
    SELECT s.*, r.place, r.clock, r.topic, r.uniform, r.renegotiable, r.makes_overtime,
           CASE WHEN t.flaw IS NULL THEN coalesce(t.tier, s.form_tier) END AS level, coalesce(t.flaw, 'tier') AS flaw,
           CASE WHEN r.uniform THEN r.core
                ELSE limit_of(level, r.core, r.important, r.ordinary, r.intent, r.potential) END AS allowed,
           CASE s.rule_id WHEN 'RC-10.2-key' THEN lacking('followup_at', followup IS NOT NULL,
                                                          'followup_role', followup_role IS NOT NULL)
                          WHEN 'RC-8.2-email' THEN r.unrecorded AND NOT (deferred AND recorded('responded_at'))
                          ELSE r.unrecorded END AS unrecorded
    FROM steps s
    JOIN rules r USING (rule_id)
    LEFT JOIN tiers t ON t.customer_id = s.customer_id AND moment(s.since) >= t.since AND moment(s.since) < t.until
    WHERE s.since <> unread() AND (allowed IS NOT NULL OR (NOT r.uniform AND level IS NULL))
          AND NOT (s.rule_id = 'TC-6.2-urgent-dispatch' AND s.away AND level IS NOT DISTINCT FROM 'core')
), timed AS (
    SELECT b.*, w.provisional > c.provisional AS provisional,
           rule_id = 'TC-6.2-urgent-solve' AND away AND remote_area AND agreed IS NOT NULL AS agreed_visit,
           coalesce(promise = unread() OR (agreed_visit AND agreed = unread()), false) AS due_unread,
           CASE WHEN clock = 'promise' THEN CASE WHEN NOT due_unread AND allowed IS NOT NULL THEN moment(promise) END
                WHEN clock <> 'wall' THEN w.closes
                WHEN agreed_visit THEN CASE WHEN NOT due_unread
                                            THEN greatest(moment(since), moment(agreed)) + allowed * 1000000 END
                -- The technician may first take the time of TC-6.3-away-arrive.
                WHEN rule_id = 'TC-6.2-urgent-solve' AND away THEN moment(since) + 1000000 * (
                    allowed + limit_of(level, 86400, 129600, 172800, NULL, NULL))
                ELSE moment(since) + allowed * 1000000 END AS due,
           CASE WHEN clock = 'wall' THEN slack(since) ELSE 0 END AS later
    FROM bound b
    LEFT JOIN calendar c
        ON c.day = CASE clock WHEN 'workday' THEN day_of(since) WHEN 'presence' THEN day_of(readable(completed)) END
    LEFT JOIN closings w ON w.place = c.place + CASE clock WHEN 'workday' THEN allowed ELSE 1 END
), decided AS MATERIALIZED (
    SELECT * EXCLUDE (fulfilled), CASE WHEN clock <> 'presence' THEN readable(fulfilled) END AS fulfilled, CASE
        WHEN undecided THEN 'unknown:condition'
        WHEN t.fulfilled = unread() OR due_unread
             OR (clock = 'presence' AND t.fulfilled IS NULL AND completed = unread()) THEN 'unknown:unreadable'
        WHEN NOT uniform AND level IS NULL THEN 'unknown:' || flaw
        WHEN clock <> 'presence' AND latest(t.fulfilled) < moment(since) THEN 'unknown:before_start'
        WHEN solved_remotely AND topic IN ('onsite-arrive', 'onsite-depart', 'onsite-confirm')
            THEN 'exempt:solved_remotely'
        WHEN clock = 'presence' THEN evidenced(t.fulfilled, due)
        WHEN t.fulfilled IS NOT NULL THEN kept(t.fulfilled, due, later)
        WHEN implied = unread() THEN 'unknown:unreadable'
        WHEN latest(implied) < moment(since) THEN 'unknown:before_start'
        WHEN latest(implied) <= due THEN 'met:implied'
        WHEN implied IS NOT NULL THEN 'unknown:no_timestamp'
        WHEN cutoff() > due + CASE clock WHEN 'wall' THEN span(since) ELSE 0 END THEN 'overdue'
        ELSE 'pending' END AS decision,
        left_open(shown(decision, unrecorded, astray, provisional), due, ended) AS outcome
    FROM timed t
), overtime AS (
    SELECT subject_id, min(due) AS since FROM decided
    WHERE makes_overtime AND outcome IN ('late', 'overdue') GROUP BY subject_id
), late_ones AS (
    SELECT r.place, r.rule_id, f.subject_id, o.since AS since, f.status, f.cancelled,
           CASE WHEN t.flaw IS NULL THEN coalesce(t.tier, f.form_tier) END AS level,
           limit_of(level, r.core, r.important, r.ordinary, r.intent, r.potential) AS allowed,
           w.closes AS due, w.provisional > c.provisional AS waits,
           CASE r.rule_id WHEN 'TC-8.2-remedy' THEN CASE WHEN f.remedy IS NOT NULL THEN 0 END
                          WHEN 'TC-9-explained' THEN CASE WHEN f.overtime_cause IS NOT NULL THEN 0 END
                          ELSE CASE WHEN f.accepted THEN f.renegotiated END END AS there,
           CASE WHEN there = unread() OR (there IS NULL AND f.completed = unread()) THEN 'unknown:unreadable'
                WHEN level IS NULL THEN 'unknown:' || coalesce(t.flaw, 'tier')
                ELSE evidenced(there, w.closes) END AS decision,
           CASE WHEN r.rule_id = 'TC-8.2-objective'
                THEN lacking('renegotiated_due_at', f.renegotiated IS NOT NULL, 'customer_accepted', f.accepted)
                ELSE r.unrecorded END AS untold,
           left_open(shown(decision, untold, f.astray, waits), w.closes, f.ended) AS outcome
    FROM facts f
    JOIN overtime o USING (subject_id)
    JOIN rules r ON r.rule_id IN ('TC-8.2-remedy', 'TC-9-explained')
                    OR (r.rule_id = 'TC-8.2-objective' AND f.overtime_cause IS NOT DISTINCT FROM 'objective')
    LEFT JOIN tiers t ON t.customer_id = f.customer_id AND o.since >= t.since AND o.since < t.until
    LEFT JOIN calendar c ON c.day = day_of(readable(f.completed))
    LEFT JOIN closings w ON w.place = c.place + 1
    WHERE allowed IS NOT NULL OR level IS NULL
), renegotiated AS (
    SELECT place, rule_id, subject_id, level, moment(since) AS since, moment(fulfilled) AS fulfilled, provisional,
           status, cancelled, renegotiable AND outcome IN ('late', 'overdue')
               AND overtime_cause IS NOT DISTINCT FROM 'objective' AND accepted AS eligible,
           moment(readable(renegotiated)) AS until, eligible AND coalesce(until > due, false) AS anew,
           CASE WHEN anew AND NOT coalesce(moment(fulfilled) <= until, false) THEN until ELSE due END AS due,
           CASE WHEN anew AND moment(fulfilled) <= until THEN 'exempt:renegotiated'
                WHEN anew AND fulfilled IS NULL AND cutoff() <= until THEN 'pending'
                WHEN eligible AND renegotiated = unread() THEN 'unknown:unreadable'
                ELSE outcome END AS outcome
    FROM decided
), eased AS (
    SELECT r.* REPLACE (
        CASE WHEN least(a.approved, b.approved) <= coalesce(due, cutoff())
                  AND (outcome IN ('late', 'overdue', 'missing', 'pending') OR is_unknown(outcome))
             THEN 'exempt:approved' ELSE outcome END AS outcome)
    FROM (SELECT place, rule_id, subject_id, level, since, due, fulfilled, provisional, status, cancelled, outcome
          FROM renegotiated
          UNION ALL
          SELECT place, rule_id, subject_id, level, since, due, NULL, waits, status, cancelled, outcome
          FROM late_ones) r
    LEFT JOIN approved a ON a.subject_id = r.subject_id AND a.rule_id IS NULL
    LEFT JOIN approved b ON b.subject_id = r.subject_id AND b.rule_id = r.rule_id
)
SELECT place, rule_id, 'ticket' AS subject_type, subject_id, level AS tier, since, due, fulfilled,
       coalesce(provisional, false) AS provisional,
       CASE WHEN moment(cancelled) <= cutoff() AND NOT coalesce(moment(cancelled) > due, false)
                 AND (outcome IN ('pending', 'overdue', 'missing') OR is_unknown(outcome)) THEN 'exempt:cancelled'
            WHEN outcome NOT IN ('pending', 'overdue', 'missing') THEN outcome
            WHEN cancelled = unread() THEN 'unknown:unreadable'
            WHEN cancelled IS NULL AND status = 'cancelled' THEN 'unknown:cancelled'
            ELSE outcome END AS outcome
FROM eased
