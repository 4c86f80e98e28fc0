import { createTransport } from 'nodemailer';
import { asTransient } from './delivery-error';
import { UserError } from '../../sdk/errors';
import type { NotificationOptions } from '../data-hub-options';
import type { SecretService } from '../secret.service';
import { type GateMessage, mailTextOf } from './gate-message';

const connectTimeoutMs = 10_000;
const silenceTimeoutMs = 20_000;

/** Writes e-mails by SMTP. A connection for each: gates open seldom, and an idle one would be closed anyway. */
export class GateMailer {
    constructor(
        private readonly options: NotificationOptions['email'],
        private readonly secrets: Pick<SecretService, 'resolve'>,
    ) {}

    async send(to: string, message: GateMessage): Promise<void> {
        if (!this.options) {
            throw new UserError(
                'email-not-configured',
                `The step "${message.step}" asks for an e-mail to ${to}, but DataHub has no mail server.`,
                'Set the option notifications.email of DataHubPlugin.',
            );
        }
        const { from, transport } = this.options;
        const { auth, ...smtp } = transport;
        const login = auth && { user: auth.user, pass: await this.secrets.resolve(auth.passwordSecretCode) };
        const transporter = createTransport({
            ...smtp,
            ...(login ? { auth: login } : {}),
            connectionTimeout: connectTimeoutMs,
            greetingTimeout: connectTimeoutMs,
            socketTimeout: silenceTimeoutMs,
            disableFileAccess: true,
            disableUrlAccess: true,
        });
        try {
            const { rejected } = await transporter.sendMail({ from, to, ...mailTextOf(message) });
            if (rejected.length > 0) throw new Error(`the mail server refused ${rejected.length} of the recipients`);
        } catch (thrown) {
            throw asTransient('email-not-sent', 'The e-mail could not be sent', thrown);
        } finally {
            transporter.close();
        }
    }
}
