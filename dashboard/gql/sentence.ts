import type { ResultOf } from './graphql';
import { graphql } from './graphql';

/** What the server says to people; see hooks/use-server-text. */
export const sentenceFragment = graphql(`
    fragment SentenceParts on DataHubSentence {
        text
        template
        values
    }
`);

export type Sentence = ResultOf<typeof sentenceFragment>;
