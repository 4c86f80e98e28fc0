import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { type Sentence, textOf } from '../../sdk/sentence';

@Resolver('DataHubSentence')
export class SentenceFieldResolver {
    @ResolveField()
    text(@Parent() sentence: Sentence): string {
        return textOf(sentence);
    }
}
