import type { JsonValue } from '../../../shared/json';
import { shown } from '../../outbound/target-url';
import { DataHubError, UserError } from '../../sdk/errors';

const EXCERPT = 300;

/** What a server said, for the records of one request. */
export class HttpAnswer {
    constructor(
        private readonly url: string,
        readonly status: number,
        private readonly body: string,
        private readonly secrets: readonly string[],
    ) {}

    get isSuccess(): boolean {
        return this.status >= 200 && this.status < 300;
    }

    /** Undefined when it is none, or nothing at all. */
    json(): JsonValue | undefined {
        try {
            // Some servers begin with a byte order mark.
            return JSON.parse(this.body.replace(/^\ufeff/, '')) as JsonValue;
        } catch {
            return undefined;
        }
    }

    /** For an answer that is an error as a whole. */
    refusal(): DataHubError {
        const said = this.excerpt(this.body);
        return new UserError(
            'http-status',
            `"${this.where}" answered with status ${this.status}${said ? `: ${said}` : '.'}`,
            'Correct the record, or the settings of the step.',
            { got: this.where },
        );
    }

    /** For an error that the answer tells of a record. */
    refusalBecause(reason: JsonValue): DataHubError {
        return new UserError(
            'api-refused-record',
            `"${this.where}" refused the record: ${this.excerpt(reasonOf(reason))}`,
            'Correct the record, or the settings of the step.',
            { got: this.where },
        );
    }

    /** For an answer that is not what the settings say. */
    unexpected(what: string): DataHubError {
        return new UserError(
            'api-answer-unexpected',
            `The answer of "${this.where}" ${what}: ${this.excerpt(this.body) || '(empty)'}`,
            'Check the address and the settings of the step; whether the server has taken the records is not known.',
            { got: this.where },
        );
    }

    private get where(): string {
        return shown(new URL(this.url));
    }

    private excerpt(text: string): string {
        const hidden = this.secrets
            .filter(Boolean)
            .flatMap(spellingsOf)
            .reduce((left, spelling) => left.replaceAll(spelling, '***'), text);
        // eslint-disable-next-line no-control-regex -- what would break a line of the log
        const line = hidden.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
        return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line;
    }
}

/** As an answer may repeat it: plain, in JSON or in an address. */
function spellingsOf(secret: string): string[] {
    const inAddress = encodeURIComponent(Buffer.from(secret).toString());
    return [secret, JSON.stringify(secret).slice(1, -1), inAddress, inAddress.replaceAll('%20', '+')];
}

/** Whether a value says that something went wrong. */
export function tellsError(value: JsonValue | undefined): value is JsonValue {
    if (value === undefined || value === null || value === false || value === '' || value === 0) return false;
    return !(Array.isArray(value) && value.length === 0);
}

/** As APIs usually write it: a text, an object with a message, or some of these. */
function reasonOf(value: JsonValue): string {
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return value.slice(0, 3).map(reasonOf).join('; ');
    if (value !== null && typeof value === 'object' && typeof value['message'] === 'string') return value['message'];
    return JSON.stringify(value);
}
