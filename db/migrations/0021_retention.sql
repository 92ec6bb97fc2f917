-- What is over is forgotten after a while: ended actions, verdicts that were shown, runs through playbooks.

CREATE INDEX action_age ON action USING brin (ended_at);
CREATE INDEX playbook_run_age ON playbook_run USING brin (changed_at);
