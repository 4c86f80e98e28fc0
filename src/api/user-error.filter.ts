import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import { UserInputError } from '@vendure/core';
import type { Response } from 'express';
import { UserError } from '../sdk/errors';
import { textOf } from '../sdk/sentence';
import { SpokenError } from '../sdk/spoken-error';
import { sentenceOf } from './sentence';

/** What the caller can correct is answered as such, with its hint, and not as an internal error. */
@Catch(UserError)
export class UserErrorFilter implements ExceptionFilter<UserError> {
    catch(error: UserError, host: ArgumentsHost): unknown {
        if (host.getType() === 'http') {
            const status = HTTP_STATUS[error.code] ?? 400;
            const { code, message, hint } = error;
            return host
                .switchToHttp()
                .getResponse<Response>()
                .status(status)
                .json({ code, message, hint, sentences: spoken(error) });
        }
        const sentence = sentenceOf(error);
        return new UserInputError('error.data-hub-user-error', { sentence });
    }
}

/** As the type DataHubSentence of the Admin API. */
function spoken(error: UserError): object[] | undefined {
    if (!(error instanceof SpokenError)) return undefined;
    return error.sentences.map(sentence => ({ text: textOf(sentence), ...sentence }));
}

const HTTP_STATUS: Record<string, number> = { 'upload-too-large': 413 };
