import { graphql } from './graphql';
import { problemFragment } from './pipelines';
import { sentenceFragment } from './sentence';

export const filePreviewDocument = graphql(`
    query DataHubFilePreview($file: JSON!) {
        dataHubFilePreview(file: $file) {
            name
            sizeBytes
            format
            encoding
            delimiter
            sheets {
                name
                hidden
                chosen
            }
            recordsPath
            recordsPaths
            config
            columns {
                name
                type
                looksLike
                filledShare
                distinct
                distinctIsExact
                examples
            }
            rows
            problems {
                line
                message
                hint
            }
            sampledRecords
            complete
            styles {
                code
                name
                description
                loader
                confidence
                limits
            }
        }
    }
`);

export const loadersDocument = graphql(`
    query DataHubLoaders {
        dataHubAdapters(type: LOADER) {
            code
            name
            description
            category
            schema
            recordSchema
        }
    }
`);

export const mappingSuggestionsDocument = graphql(
    `
        query DataHubMappingSuggestions($file: JSON!, $loader: String!) {
            dataHubMappingSuggestions(file: $file, loader: $loader) {
                mappings {
                    column
                    target
                    conversion
                    options
                    reasons {
                        ...SentenceParts
                    }
                }
                targets {
                    path
                    label
                    conversion
                }
                matchBy
                groupBy
            }
        }
    `,
    [sentenceFragment],
);

export const pipelineDraftDocument = graphql(
    `
        query DataHubPipelineDraft($input: DataHubPipelineDraftInput!) {
            dataHubPipelineDraft(input: $input) {
                definition
                problems {
                    ...ProblemParts
                }
            }
        }
    `,
    [problemFragment],
);

export const createPipelineDocument = graphql(
    `
        mutation DataHubCreatePipelineFromFile($input: CreateDataHubPipelineInput!) {
            createDataHubPipeline(input: $input) {
                __typename
                ... on DataHubPipeline {
                    id
                    revision
                }
                ... on DataHubDefinitionInvalidError {
                    problems {
                        ...ProblemParts
                    }
                }
                ... on DataHubPipelineCodeTakenError {
                    code
                }
            }
        }
    `,
    [problemFragment],
);
