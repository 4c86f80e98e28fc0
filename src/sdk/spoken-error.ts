import { type Sentence, textOf } from './sentence';
import { type ErrorPlace, UserError } from './errors';

/** One that people read in the dashboard, in their language: what is wrong, and what to do next. */
export class SpokenError extends UserError {
    constructor(
        code: string,
        readonly sentences: readonly [wrong: Sentence, next: Sentence],
        place?: ErrorPlace,
    ) {
        super(code, textOf(sentences[0]), textOf(sentences[1]), place);
    }
}
