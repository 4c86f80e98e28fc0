import { gql } from 'graphql-tag';

export const fileSchema = gql`
    enum DataHubFileFormat {
        CSV
        JSON
        NDJSON
        XML
        XLSX
    }

    enum DataHubColumnType {
        "Nothing but empty cells in the sample."
        EMPTY
        TEXT
        INTEGER
        DECIMAL
        BOOLEAN
        "Of a day, with or without a time."
        DATE
        "A list or an object, of JSON and XML."
        LIST
        OBJECT
    }

    "What the values of a column look like, beside their type."
    enum DataHubColumnHint {
        SKU
        SLUG
        PRICE
        URL
        IMAGE
        EMAIL
        EAN
        HTML
        LANGUAGE
        COUNTRY
        CURRENCY
        "Every filled value is another one."
        UNIQUE
        "Several values in one text; see listSeparator."
        LIST
        "Begins with zeros that a number would lose."
        LEADING_ZEROS
    }

    type DataHubColumnProfile {
        "Path of the field in a record: the name of the column, or a dotted path in JSON and XML."
        name: String!
        type: DataHubColumnType!
        "Share of the filled values that have the type, from 0 to 1."
        typeShare: Float!
        looksLike: [DataHubColumnHint!]!
        "Share of the sampled records with a value that is not empty."
        filledShare: Float!
        "Different values in the sample; at most what was counted, see distinctIsExact."
        distinct: Int!
        distinctIsExact: Boolean!
        "By number, date or alphabet, as the type is. Long texts are cut."
        min: String
        max: String
        "The first different values. Long texts are cut."
        examples: [String!]!
        "Of decimals: a point or a comma, and what stands between thousands."
        decimalSign: String
        thousandsSign: String
        "Of dates that are not ISO 8601: such as dd.MM.yyyy, as the operator toDate takes it."
        dateFormat: String
        listSeparator: String
    }

    type DataHubSheet {
        name: String!
        hidden: Boolean!
        "The one that was read."
        chosen: Boolean!
    }

    type DataHubFileProblem {
        line: Int
        message: String!
        hint: String
    }

    "A kind of file that is known as a whole, such as the product export of another shop system."
    type DataHubFileStyle {
        code: String!
        name: String!
        description: String!
        "Of the loader that the pipeline writes with."
        loader: String!
        "Columns of the style that the file has, from 0 to 1."
        confidence: Float!
        "What of the file it leaves out, a sentence each."
        limits: [String!]!
    }

    type DataHubFilePreview {
        name: String!
        sizeBytes: Float!
        format: DataHubFileFormat!
        "Of text files: as given, as its mark says, or as its bytes look."
        encoding: String
        "Of CSV files."
        delimiter: String
        "Of workbooks."
        sheets: [DataHubSheet!]!
        "Of JSON: the path that was read, and others that hold a list of objects. An empty path is the document itself."
        recordsPath: String
        recordsPaths: [String!]!
        "Settings for an EXTRACT step with the extractor file, with what was found out."
        config: JSON!
        "In the order of the file."
        columns: [DataHubColumnProfile!]!
        "The first records."
        rows: [JSON!]!
        "What could not be read in the sample, the first few of them."
        problems: [DataHubFileProblem!]!
        "Records that were looked at; complete when they are all of the file."
        sampledRecords: Int!
        complete: Boolean!
        "Known kinds that the file may be of; best first."
        styles: [DataHubFileStyle!]!
    }

    "What is done with the text of a column before it is loaded."
    enum DataHubConversion {
        "The value as it is."
        NONE
        TEXT
        "Decimal text to whole minor units."
        MONEY
        INTEGER
        NUMBER
        BOOLEAN
        DATE
        "Text with separators to a list."
        LIST
        "To facet values, with the facet before each."
        FACETS
    }

    type DataHubFieldMapping {
        column: String!
        "Field of the record that the loader takes, such as name or variants.price."
        target: String!
        conversion: DataHubConversion!
        "Of the conversion: decimals, decimalSign, thousandsSign, dateFormat, separator, facet, trueValues, falseValues."
        options: JSON!
        "From 0 to 1; what is below 0.5 is not suggested."
        confidence: Float!
        reasons: [DataHubSentence!]!
    }

    "A field that a loader takes."
    type DataHubMappingTarget {
        path: String!
        label: String!
        description: String
        "As in JSON Schema: string, integer, number, boolean, array, object."
        type: String!
        isCustomField: Boolean!
        "Conversion that its type asks for."
        conversion: DataHubConversion!
    }

    type DataHubMappingSuggestions {
        loader: String!
        "In the order of the columns; a column or a target is in one at most."
        mappings: [DataHubFieldMapping!]!
        "Columns for which nothing is suggested."
        unmapped: [String!]!
        targets: [DataHubMappingTarget!]!
        "Value for the setting matchBy of the loader; null when it has none or nothing fits."
        matchBy: String
        "Column whose equal values make several rows one record, such as the rows of the variants of a product."
        groupBy: String
    }

    input DataHubFieldMappingInput {
        column: String!
        target: String!
        conversion: DataHubConversion
        options: JSON
    }

    input DataHubPipelineDraftInput {
        "Settings of the extractor file, such as config of a preview."
        file: JSON!
        "Code of the loader; not with a style."
        loader: String
        "Settings of the loader, such as strategy and matchBy."
        loaderConfig: JSON
        mappings: [DataHubFieldMappingInput!]
        "Rows with the same value of this column become one record; for the loader product."
        groupBy: String
        "Code of a known kind of file instead of mappings."
        style: String
    }

    type DataHubPipelineDraft {
        definition: JSON!
        "As validateDataHubPipeline says."
        problems: [DataHubDefinitionProblem!]!
        "Of a known kind of file: what is left out because the shop has no custom field for it, a sentence each."
        notes: [String!]!
    }

    extend type Query {
        """
        Reads the beginning of a file, some thousand records at most, and says what is in it. file holds settings of the extractor
        file: { uploadId } of an upload, or { path } for those who may write pipelines, and what is known, such as delimiter.
        """
        dataHubFilePreview(file: JSON!, rows: Int): DataHubFilePreview!
        "Which column goes to which field of the loader. file as for dataHubFilePreview."
        dataHubMappingSuggestions(file: JSON!, loader: String!): DataHubMappingSuggestions!
        "Fields that a loader takes, with the custom fields of the shop."
        dataHubMappingTargets(loader: String!): [DataHubMappingTarget!]!
        "A definition made of a file, a loader and mappings. Nothing is stored."
        dataHubPipelineDraft(input: DataHubPipelineDraftInput!): DataHubPipelineDraft!
    }
`;
