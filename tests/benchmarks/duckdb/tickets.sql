-- Every obligation about a ticket, cycle by cycle, as of the cutoff.
-- Expected: `facts` as of it.
WITH approved AS (
    SELECT subject_id, rule_id, epoch_us(min(approved_at)) AS approved
    FROM exemptions WHERE approved_at <= getvariable('cutoff') AND NOT rule_id_unreadable GROUP BY ALL
), steps AS MATERIALIZED (
    -- Presence: `fulfilled` is filled where the evidence is there.
    SELECT subject, 'TC-6.1-deferred' AS rule_id, requested AS since, replied AS fulfilled, after_service AS implied,
           NULL::BIGINT AS promise, false AS undecided
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred
    UNION ALL
    SELECT subject, 'TC-6.1-told', requested, promised, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred
    UNION ALL
    SELECT subject, 'TC-6.2-urgent-respond', requested, responded, after_fault_responded, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND emergency
    UNION ALL
    SELECT subject, 'TC-6.2-urgent-dispatch', requested, least(dispatched, remote_started), after_dispatched, NULL,
           false
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND emergency
    UNION ALL
    SELECT subject, 'TC-6.2-urgent-solve', requested, solved, after_service, NULL, false
    FROM facts WHERE kind = 'fault' AND emergency
    UNION ALL
    SELECT subject, 'TC-6.2-normal-respond', requested, responded, after_fault_responded, NULL, severity IS NULL
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND NOT emergency
    UNION ALL
    SELECT subject, 'TC-6.2-normal-start', requested, handling_started, after_dispatched, NULL, severity IS NULL
    FROM facts WHERE cycle = 1 AND kind = 'fault' AND NOT emergency
    UNION ALL
    SELECT subject, 'TC-6.2-normal-solve', requested, solved, after_service, NULL, severity IS NULL
    FROM facts WHERE kind = 'fault' AND NOT emergency
    UNION ALL
    SELECT subject, 'TC-6.3-local-arrive', requested, arrived, after_arrived, NULL, locality IS NULL OR severity IS NULL
    FROM facts WHERE cycle = 1 AND onsite AND coalesce(locality = 'same_city', true)
        AND (emergency OR (kind = 'fault' AND severity IS NULL))
    UNION ALL
    SELECT subject, 'TC-6.3-away-depart', requested, departed, after_departed, NULL, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND NOT remote_area
    UNION ALL
    SELECT subject, 'TC-6.3-away-arrive', requested, arrived, after_arrived, NULL, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND NOT remote_area
    UNION ALL
    SELECT subject, 'TC-6.3-remote-agreed', requested, agreed, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND remote_area
    UNION ALL
    SELECT subject, 'TC-6.3-remote-arrive', requested, arrived, after_arrived, agreed, false
    FROM facts WHERE cycle = 1 AND away AND emergency AND remote_area AND agreed IS NOT NULL
    UNION ALL
    SELECT subject, 'TC-6.3-confirm', coalesce(readable(solved), requested), customer_confirmed, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND onsite AND solved IS NOT NULL
    UNION ALL
    SELECT subject, 'TC-6.4-evaluate', requested, evaluated, after_evaluated, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'demand'
    UNION ALL
    SELECT subject, 'TC-6.4-report', evaluated, evaluation_report, after_service, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'demand'
    UNION ALL
    SELECT subject, 'TC-6.5-respond', requested, responded, after_complaint_responded, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'complaint'
    UNION ALL
    SELECT subject, 'TC-6.5-investigate', requested, investigated, after_investigated, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'complaint'
    UNION ALL
    SELECT subject, 'TC-6.5-solution', requested, solution_agreed, after_solution_agreed, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'complaint'
    UNION ALL
    SELECT subject, 'TC-6.5-close', requested, disposed, after_service, NULL, false
    FROM facts WHERE kind = 'complaint'
    UNION ALL
    SELECT subject, 'TC-6.5-followup', disposed, followup, NULL, NULL, false
    FROM facts WHERE kind = 'complaint'
    UNION ALL
    SELECT subject, 'TC-6.6-archive', completed, archived, NULL, NULL, false
    FROM facts
    UNION ALL
    SELECT subject, 'TC-7-entry', requested, recorded, NULL, NULL, false
    FROM facts WHERE cycle = 1
    UNION ALL
    SELECT subject, 'TC-9-close', finished, completed, archived, NULL, false
    FROM facts
    UNION ALL
    SELECT subject, 'TC-9-evidence', coalesce(readable(completed), requested),
           CASE WHEN evidence IS NOT NULL THEN 0 END, NULL, NULL, false
    FROM facts WHERE completed IS NOT NULL
    UNION ALL
    SELECT subject, 'RC-8.2-told', requested, promised, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred AND channel = 'online'
    UNION ALL
    SELECT subject, 'RC-8.2-greet', requested, responded, after_question_responded, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND channel = 'walk_in'
    UNION ALL
    SELECT subject, 'RC-8.2-wait', requested, served, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND channel = 'walk_in'
    UNION ALL
    SELECT subject, 'RC-8.2-email', requested,
           CASE WHEN deferred THEN least(responded, replied) ELSE replied END, after_service, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND channel = 'email'
    UNION ALL
    SELECT subject, 'RC-8.3-entry', requested, recorded, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry'
    UNION ALL
    SELECT subject, 'RC-9.2-handoff', escalated, handed_over, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry'
    UNION ALL
    SELECT subject, 'RC-9.2-told', coalesce(readable(escalated), requested), promised, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND escalated IS NOT NULL
    UNION ALL
    SELECT subject, 'RC-10.2-promise', requested, replied, after_service, promised, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND promised IS NOT NULL
    UNION ALL
    SELECT subject, 'RC-10.2-intent', completed, followup, NULL, NULL, false
    FROM facts WHERE kind = 'inquiry'
    UNION ALL
    SELECT subject, 'RC-10.2-key', completed,
           CASE WHEN followup = unread() OR followup_role IN ('sales', 'technical') THEN followup END, NULL, NULL, false
    FROM facts WHERE kind = 'inquiry'
    UNION ALL
    SELECT subject, 'RC-11.1-archive', completed, archived, NULL, NULL, false
    FROM facts WHERE kind = 'inquiry'
    UNION ALL
    SELECT subject, 'CM-2.3-fault', requested, responded, after_fault_responded, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'fault'
    UNION ALL
    SELECT subject, 'CM-3.2-survey', coalesce(readable(completed), requested), least(surveyed, satisfaction), NULL,
           NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'demand' AND completed IS NOT NULL
    UNION ALL
    SELECT subject, 'CD-3.1-told', requested, promised, NULL, NULL, false
    FROM facts WHERE cycle = 1 AND kind = 'inquiry' AND deferred AND channel = 'phone'
), owed AS (
    SELECT s.*, r.* EXCLUDE (rule_id, ends), f.subject_id, f.ended, f.status, f.cancelled, f.astray, f.completed,
           f.solved_remotely, f.away, f.remote_area, f.agreed, f.deferred, f.followup, f.followup_role,
           f.overtime_cause, f.accepted, f.renegotiated,
           CASE WHEN t.flaw IS NULL THEN coalesce(t.tier, f.form_tier) END AS level, coalesce(t.flaw, 'tier') AS flaw
    FROM steps s
    JOIN rules r USING (rule_id)
    JOIN facts f USING (subject)
    LEFT JOIN tiers t ON t.customer_id = f.customer_id AND moment(s.since) >= t.since AND moment(s.since) < t.until
    WHERE s.since <> unread()
), bound AS (
    SELECT *, CASE WHEN uniform THEN core
                   ELSE limit_of(level, core, important, ordinary, intent, potential) END AS allowed,
           rule_id = 'TC-6.2-urgent-solve' AND away AS visit,
           visit AND remote_area AND agreed IS NOT NULL AS by_agreement
    FROM owed
    WHERE NOT (rule_id = 'TC-6.2-urgent-dispatch' AND away AND level IS NOT DISTINCT FROM 'core')
), timed AS (
    SELECT b.*, w.provisional > c.provisional AS provisional,
           coalesce(promise = unread() OR (by_agreement AND agreed = unread()), false) AS due_unread,
           CASE WHEN clock = 'promise' THEN CASE WHEN allowed IS NOT NULL THEN moment(readable(promise)) END
                WHEN clock <> 'wall' THEN w.closes
                WHEN by_agreement THEN CASE WHEN agreed <> unread()
                                            THEN greatest(moment(since), moment(agreed)) + allowed * 1000000 END
                -- The technician may first take the time of TC-6.3-away-arrive.
                WHEN visit THEN moment(since) + 1000000 * (
                    allowed + limit_of(level, 86400, 129600, 172800, NULL, NULL))
                ELSE moment(since) + allowed * 1000000 END AS due,
           CASE clock WHEN 'wall' THEN slack(since) ELSE 0 END AS later
    FROM bound b
    LEFT JOIN calendar c
        ON c.day = CASE clock WHEN 'workday' THEN day_of(since) WHEN 'presence' THEN day_of(readable(completed)) END
    LEFT JOIN closings w ON w.place = c.place + CASE clock WHEN 'workday' THEN allowed ELSE 1 END
    WHERE allowed IS NOT NULL OR (NOT uniform AND level IS NULL)
), decided AS (
    SELECT *, CASE
        WHEN undecided THEN 'unknown:condition'
        WHEN fulfilled = unread() OR due_unread
             OR (clock = 'presence' AND fulfilled IS NULL AND completed = unread()) THEN 'unknown:unreadable'
        WHEN NOT uniform AND level IS NULL THEN 'unknown:' || flaw
        WHEN clock <> 'presence' AND latest(fulfilled) < moment(since) THEN 'unknown:before_start'
        WHEN solved_remotely AND topic IN ('onsite-arrive', 'onsite-depart', 'onsite-confirm')
            THEN 'exempt:solved_remotely'
        WHEN clock = 'presence' THEN evidenced(fulfilled, due)
        WHEN fulfilled IS NOT NULL THEN kept(fulfilled, due, later)
        WHEN implied = unread() THEN 'unknown:unreadable'
        WHEN latest(implied) < moment(since) THEN 'unknown:before_start'
        WHEN latest(implied) <= due THEN 'met:implied'
        WHEN implied IS NOT NULL THEN 'unknown:no_timestamp'
        WHEN cutoff() > due + CASE clock WHEN 'wall' THEN span(since) ELSE 0 END THEN 'overdue'
        ELSE 'pending' END AS decision,
        CASE rule_id WHEN 'RC-10.2-key' THEN lacking('followup_at', followup IS NOT NULL,
                                                     'followup_role', followup_role IS NOT NULL)
                     WHEN 'RC-8.2-email' THEN unrecorded AND NOT (deferred AND recorded('responded_at'))
                     ELSE unrecorded END AS untold
    FROM timed
), first_ones AS MATERIALIZED (
    SELECT *, left_open(told, due, ended) AS outcome
    FROM (SELECT *, shown(decision, untold, astray, provisional) AS told FROM decided)
), overtime AS (
    SELECT subject, min(due) AS since FROM first_ones
    WHERE makes_overtime AND outcome IN ('late', 'overdue') GROUP BY subject
), late_facts AS MATERIALIZED (
    SELECT f.*, o.since FROM facts f JOIN overtime o USING (subject)
), late_steps AS (
    SELECT *, 'TC-8.2-remedy' AS rule_id, CASE WHEN remedy IS NOT NULL THEN 0 END AS there FROM late_facts
    UNION ALL
    SELECT *, 'TC-8.2-objective', CASE WHEN accepted THEN renegotiated END
    FROM late_facts WHERE overtime_cause = 'objective'
    UNION ALL
    SELECT *, 'TC-9-explained', CASE WHEN overtime_cause IS NOT NULL THEN 0 END FROM late_facts
), late_ones AS (
    SELECT s.*, r.* EXCLUDE (rule_id, ends), w.closes AS due, w.provisional > c.provisional AS provisional,
           CASE WHEN t.flaw IS NULL THEN coalesce(t.tier, s.form_tier) END AS level, coalesce(t.flaw, 'tier') AS flaw
    FROM late_steps s
    JOIN rules r USING (rule_id)
    LEFT JOIN tiers t ON t.customer_id = s.customer_id AND s.since >= t.since AND s.since < t.until
    LEFT JOIN calendar c ON c.day = day_of(readable(s.completed))
    LEFT JOIN closings w ON w.place = c.place + 1
), explained AS (
    SELECT *, CASE WHEN there = unread() OR (there IS NULL AND completed = unread()) THEN 'unknown:unreadable'
                   WHEN level IS NULL THEN 'unknown:' || flaw
                   ELSE evidenced(there, due) END AS decision,
           CASE rule_id WHEN 'TC-8.2-objective'
                        THEN lacking('renegotiated_due_at', renegotiated IS NOT NULL, 'customer_accepted', accepted)
                        ELSE unrecorded END AS untold
    FROM late_ones
    WHERE level IS NULL OR limit_of(level, core, important, ordinary, intent, potential) IS NOT NULL
), second_ones AS (
    SELECT *, shown(decision, untold, astray, provisional) AS told FROM explained
), eligible AS (
    SELECT *, moment(readable(renegotiated)) AS until,
           renegotiable AND outcome IN ('late', 'overdue') AND accepted
               AND overtime_cause IS NOT DISTINCT FROM 'objective' AS eligible
    FROM first_ones
), renegotiated AS (
    SELECT place, rule_id, subject_id, level, moment(since) AS since, provisional, status, cancelled,
           CASE WHEN clock <> 'presence' THEN moment(readable(fulfilled)) END AS done,
           eligible AND until > due AND NOT coalesce(done <= until, false) AS anew,
           CASE WHEN anew THEN until ELSE due END AS due,
           CASE WHEN eligible AND renegotiated = unread() THEN 'unknown:unreadable'
                WHEN eligible AND until > due AND done <= until THEN 'exempt:renegotiated'
                WHEN anew AND done IS NULL AND cutoff() <= until THEN 'pending'
                ELSE outcome END AS outcome
    FROM eligible
), eased AS (
    SELECT r.*, CASE WHEN least(a.approved, b.approved) <= coalesce(r.due, cutoff())
                          AND (outcome IN ('late', 'overdue', 'missing', 'pending') OR is_unknown(outcome))
                     THEN 'exempt:approved' ELSE outcome END AS eased
    FROM (SELECT place, rule_id, subject_id, level, since, due, done, provisional, status, cancelled, outcome
          FROM renegotiated
          UNION ALL
          SELECT place, rule_id, subject_id, level, since, due, NULL, provisional, status, cancelled,
                 left_open(told, due, ended)
          FROM second_ones) r
    LEFT JOIN approved a ON a.subject_id = r.subject_id AND a.rule_id IS NULL
    LEFT JOIN approved b ON b.subject_id = r.subject_id AND b.rule_id = r.rule_id
)
SELECT place, rule_id, 'ticket' AS subject_type, subject_id, level AS tier, since, due, done AS fulfilled,
       coalesce(provisional, false) AS provisional,
       CASE WHEN moment(cancelled) <= cutoff() AND NOT coalesce(moment(cancelled) > due, false)
                 AND (eased IN ('pending', 'overdue', 'missing') OR is_unknown(eased)) THEN 'exempt:cancelled'
            WHEN eased NOT IN ('pending', 'overdue', 'missing') THEN eased
            WHEN cancelled = unread() THEN 'unknown:unreadable'
            WHEN cancelled IS NULL AND status = 'cancelled' THEN 'unknown:cancelled'
            ELSE eased END AS outcome
FROM eased
