import { config, field } from '../field';

/** Settings of a GATE step. Validation demands what a type needs, such as `onTimeout` of TIMEOUT. */
export const gateStepSchema = config({
    approvalType: field.choice('Approval', 'What opens the gate.', {
        MANUAL: 'Someone with the permission approves.',
        THRESHOLD: 'The share of rejected records of this run; above it, someone has to approve.',
        TIMEOUT: 'Someone approves or rejects in time; otherwise what is said by "On timeout" happens.',
    }),
    timeoutSeconds: field.count('Timeout (seconds)', 'How long a TIMEOUT gate waits for someone.').optional(),
    onTimeout: field
        .choice('On timeout', 'What happens when nobody decided in time.', {
            APPROVE: 'The records go on.',
            REJECT: 'The branch ends here.',
        })
        .optional(),
    errorThresholdPercent: field
        .of(
            field.number('', '').min(0).max(100),
            'Error threshold (%)',
            'A THRESHOLD gate opens by itself while at most this share of the records read so far was rejected.',
        )
        .optional(),
    notifyWebhook: field.text('Notify webhook', 'URL that is called when the gate begins to wait.').optional(),
    notifyEmail: field.text('Notify e-mail', 'Address that is written to when the gate begins to wait.').optional(),
    previewCount: field
        .of(
            field.integer('', '').min(0).max(100),
            'Preview',
            'How many of the waiting records stand in the notification.',
        )
        .default(10),
});
