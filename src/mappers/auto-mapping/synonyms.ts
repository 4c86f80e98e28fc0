/**
 * What columns are called that hold a field, in English and German files and in exports of other systems. As
 * `normalised` writes them. A target is known by its path without the list that it stands in.
 */
export const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
    sku: [
        'sku', 'variantsku', 'productsku', 'articlenumber', 'articleno', 'itemnumber', 'itemno', 'itemcode', 'productcode',
        'productnumber', 'productno', 'partnumber', 'partno', 'stockcode', 'artikelnummer', 'artikelnr', 'artnr', 'artno',
        'bestellnummer', 'bestellnr', 'produktnummer', 'produktnr', 'artikelcode', 'materialnummer', 'mpn',
    ],
    name: [
        'name', 'title', 'productname', 'producttitle', 'itemname', 'label', 'bezeichnung', 'artikelbezeichnung',
        'artikelname', 'produktname', 'produktbezeichnung', 'titel', 'kurzbezeichnung',
    ],
    slug: ['slug', 'handle', 'urlhandle', 'urlkey', 'urlslug', 'permalink', 'seourl', 'urlpfad'],
    description: [
        'description', 'bodyhtml', 'body', 'longdescription', 'productdescription', 'details', 'text', 'beschreibung',
        'langtext', 'langbeschreibung', 'produktbeschreibung', 'artikelbeschreibung', 'artikeltext',
    ],
    enabled: [
        'enabled', 'active', 'published', 'publishedononlinestore', 'visible', 'status', 'isactive', 'isenabled', 'productonline', 'online', 'aktiv',
        'sichtbar', 'veroeffentlicht', 'verfuegbar',
    ],
    price: [
        'price', 'variantprice', 'regularprice', 'unitprice', 'listprice', 'retailprice', 'saleprice', 'grossprice',
        'netprice', 'rrp', 'msrp', 'amount', 'preis', 'verkaufspreis', 'vkpreis', 'vk', 'bruttopreis', 'nettopreis',
        'listenpreis', 'einzelpreis', 'uvp',
    ],
    stockOnHand: [
        'stockonhand', 'stock', 'quantity', 'qty', 'stocklevel', 'stockquantity', 'inventory', 'inventoryquantity',
        'variantinventoryqty', 'onhand', 'available', 'bestand', 'lagerbestand', 'menge', 'lagermenge', 'anzahl',
    ],
    location: ['location', 'stocklocation', 'warehouse', 'lager', 'lagerort', 'standort'],
    outOfStockThreshold: ['outofstockthreshold', 'lowstockamount', 'minstock', 'minqty', 'mindestbestand', 'meldebestand'],
    trackInventory: ['trackinventory', 'managestock', 'variantinventorytracker', 'inventorytracker', 'lagerfuehrung', 'bestandsfuehrung'],
    taxCategory: ['taxcategory', 'taxclass', 'taxclassname', 'varianttaxcode', 'steuerklasse', 'steuersatz', 'mwst'],
    facetValues: [
        'facetvalues', 'facets', 'tags', 'categories', 'category', 'brand', 'vendor', 'manufacturer', 'type', 'producttype',
        'collection', 'marke', 'hersteller', 'kategorie', 'kategorien', 'warengruppe', 'schlagworte', 'farbe', 'material',
    ],
    assets: [
        'assets', 'images', 'image', 'imagesrc', 'imageurl', 'imageurls', 'productimageurl', 'pictures', 'picture', 'photo', 'photos', 'gallery',
        'additionalimages', 'bild', 'bilder', 'bildurl', 'bild1', 'produktbild', 'artikelbild',
    ],
    featuredAsset: ['featuredasset', 'baseimage', 'mainimage', 'thumbnail', 'variantimage', 'variantimageurl', 'hauptbild', 'titelbild'],
    channels: ['channels', 'channel', 'saleschannels', 'kanaele', 'kanal'],
    product: ['product', 'productslug', 'parent', 'parentsku', 'parenthandle', 'produkt', 'vaterartikel'],
    emailAddress: ['emailaddress', 'email', 'mail', 'emailadresse', 'mailadresse', 'customeremail', 'kundenemail'],
    title: ['title', 'salutation', 'anrede', 'titel'],
    firstName: ['firstname', 'givenname', 'forename', 'vorname', 'billingfirstname'],
    lastName: ['lastname', 'surname', 'familyname', 'nachname', 'familienname', 'zuname', 'billinglastname'],
    phoneNumber: ['phonenumber', 'phone', 'telephone', 'tel', 'mobile', 'telefon', 'telefonnummer', 'mobil', 'handy', 'rufnummer'],
    groups: ['groups', 'group', 'customergroup', 'customergroups', 'kundengruppe', 'kundengruppen'],
    fullName: ['fullname', 'recipient', 'addressname', 'empfaenger', 'vollname', 'ansprechpartner'],
    company: ['company', 'companyname', 'organisation', 'organization', 'firma', 'firmenname', 'unternehmen'],
    streetLine1: ['streetline1', 'street', 'address', 'address1', 'addressline1', 'streetaddress', 'strasse', 'strassehausnummer', 'anschrift', 'adresse'],
    streetLine2: ['streetline2', 'address2', 'addressline2', 'addresssupplement', 'adresszusatz', 'zusatz'],
    city: ['city', 'town', 'ort', 'stadt', 'wohnort'],
    province: ['province', 'state', 'region', 'county', 'bundesland', 'kanton', 'provincecode'],
    postalCode: ['postalcode', 'zip', 'zipcode', 'postcode', 'plz', 'postleitzahl'],
    countryCode: ['countrycode', 'country', 'countryiso', 'land', 'laendercode', 'landkuerzel', 'laenderkennzeichen'],
    currencyCode: ['currencycode', 'currency', 'waehrung'],
    code: ['code', 'key', 'kennung', 'kuerzel', 'schluessel'],
    facet: ['facet', 'facetcode', 'attribute', 'attribut', 'merkmal'],
    parent: ['parent', 'parentcategory', 'parentslug', 'oberkategorie', 'uebergeordnet', 'elternkategorie'],
    position: ['position', 'sortorder', 'sort', 'order', 'rank', 'reihenfolge', 'sortierung'],
    isPrivate: ['isprivate', 'private', 'hidden', 'privat', 'versteckt'],
    id: ['vendureid', 'productid', 'variantid'],
    externalId: ['externalid', 'documentnumber', 'belegnummer', 'lieferscheinnummer'],
    delta: ['delta', 'change', 'difference', 'movement', 'zugang', 'veraenderung'],
    source: ['source', 'url', 'path', 'file', 'filename', 'datei', 'dateiname', 'pfad'],
    tags: ['tags', 'labels', 'keywords', 'schlagworte', 'stichworte'],
}; // prettier-ignore

/** Columns that make facet values of a facet: column → code of the facet. */
export const FACET_OF_COLUMN: Readonly<Record<string, string>> = {
    tags: 'tag',
    schlagworte: 'tag',
    categories: 'category',
    category: 'category',
    kategorie: 'category',
    kategorien: 'category',
    warengruppe: 'category',
    collection: 'collection',
    brand: 'brand',
    marke: 'brand',
    vendor: 'vendor',
    manufacturer: 'brand',
    hersteller: 'brand',
    type: 'type',
    producttype: 'type',
};

/** `Artikel-Nr.` → `artikelnr`, `Größe` → `groesse` */
export function normalised(name: string): string {
    return name
        .toLowerCase()
        .replace(/ä/g, 'ae')
        .replace(/ö/g, 'oe')
        .replace(/ü/g, 'ue')
        .replace(/ß/g, 'ss')
        .normalize('NFD')
        .replace(/[^a-z0-9]/g, '');
}
