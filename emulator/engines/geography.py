"""Places as Route 53 names them: continents, countries, subdivisions, Regions, and how far they are from one another.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html; countries by ISO 3166-1, states of the
United States by their postal codes, regions of Ukraine by ISO 3166-2.
"""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

CONTINENTS = {
    "AF": "Africa", "AN": "Antarctica", "AS": "Asia", "EU": "Europe", "NA": "North America", "OC": "Oceania",
    "SA": "South America",
}

_BY_CONTINENT = {
    "AF": "AO Angola|BF Burkina Faso|BI Burundi|BJ Benin|BW Botswana|CD Congo (Kinshasa)|CF Central African Republic|"
          "CG Congo (Brazzaville)|CI Ivory Coast|CM Cameroon|CV Cape Verde|DJ Djibouti|DZ Algeria|EG Egypt|ER Eritrea|"
          "ET Ethiopia|GA Gabon|GH Ghana|GM Gambia|GN Guinea|GQ Equatorial Guinea|GW Guinea-Bissau|KE Kenya|KM Comoros|"
          "LR Liberia|LS Lesotho|LY Libya|MA Morocco|MG Madagascar|ML Mali|MR Mauritania|MU Mauritius|MW Malawi|"
          "MZ Mozambique|NA Namibia|NE Niger|NG Nigeria|RE Réunion|RW Rwanda|SC Seychelles|SD Sudan|SH Saint Helena|"
          "SL Sierra Leone|SN Senegal|SO Somalia|SS South Sudan|ST São Tomé and Príncipe|SZ Swaziland|TD Chad|TG Togo|"
          "TN Tunisia|TZ Tanzania|UG Uganda|YT Mayotte|ZA South Africa|ZM Zambia|ZW Zimbabwe",
    "AN": "AQ Antarctica|GS South Georgia and the South Sandwich Islands|TF French Southern Territories",
    "AS": "AE United Arab Emirates|AF Afghanistan|AM Armenia|AZ Azerbaijan|BD Bangladesh|BH Bahrain|BN Brunei|"
          "BT Bhutan|CC Cocos [Keeling] Islands|CN China|GE Georgia|HK Hong Kong|ID Indonesia|IL Israel|IN India|"
          "IO British Indian Ocean Territory|IQ Iraq|IR Iran|JO Jordan|JP Japan|KG Kyrgyzstan|KH Cambodia|"
          "KP North Korea|"
          "KR South Korea|KW Kuwait|KZ Kazakhstan|LA Laos|LB Lebanon|LK Sri Lanka|MM Myanmar [Burma]|MN Mongolia|"
          "MO Macao|"
          "MV Maldives|MY Malaysia|NP Nepal|OM Oman|PH Philippines|PK Pakistan|PS Palestinian Territories|QA Qatar|"
          "SA Saudi Arabia|SG Singapore|SY Syria|TH Thailand|TJ Tajikistan|TM Turkmenistan|TR Turkey|TW Taiwan|"
          "UZ Uzbekistan|VN Vietnam|YE Yemen",
    "EU": "AD Andorra|AL Albania|AT Austria|AX Åland|BA Bosnia and Herzegovina|BE Belgium|BG Bulgaria|BY Belarus|"
          "CH Switzerland|CY Cyprus|CZ Czech Republic|DE Germany|DK Denmark|EE Estonia|ES Spain|FI Finland|"
          "FO Faroe Islands|FR France|GB United Kingdom|GG Guernsey|GI Gibraltar|GR Greece|HR Croatia|HU Hungary|"
          "IE Ireland|IM Isle of Man|IS Iceland|IT Italy|JE Jersey|LI Liechtenstein|LT Lithuania|LU Luxembourg|"
          "LV Latvia|"
          "MC Monaco|MD Moldova|ME Montenegro|MK Macedonia|MT Malta|NL Netherlands|NO Norway|PL Poland|PT Portugal|"
          "RO Romania|RS Serbia|RU Russia|SE Sweden|SI Slovenia|SJ Svalbard and Jan Mayen|SK Slovakia|SM San Marino|"
          "UA Ukraine|VA Vatican City|XK Kosovo",
    "NA": "AG Antigua and Barbuda|AI Anguilla|AW Aruba|BB Barbados|BL Saint-Barthélemy|BM Bermuda|"
          "BQ Bonaire, Sint Eustatius, and Saba|BS Bahamas|BZ Belize|CA Canada|CR Costa Rica|CU Cuba|CW Curaçao|"
          "DM Dominica|DO Dominican Republic|GD Grenada|GL Greenland|GP Guadeloupe|GT Guatemala|HN Honduras|HT Haiti|"
          "JM Jamaica|KN Saint Kitts and Nevis|KY Cayman Islands|LC Saint Lucia|MF Saint Martin|MQ Martinique|"
          "MS Montserrat|MX Mexico|NI Nicaragua|PA Panama|PM Saint Pierre and Miquelon|PR Puerto Rico|SV El Salvador|"
          "SX Sint Maarten|TC Turks and Caicos Islands|TT Trinidad and Tobago|US United States|"
          "VC Saint Vincent and the Grenadines|VG British Virgin Islands|VI U.S. Virgin Islands",
    "OC": "AS American Samoa|AU Australia|CK Cook Islands|FJ Fiji|FM Federated States of Micronesia|GU Guam|"
          "KI Kiribati|"
          "MH Marshall Islands|MP Northern Mariana Islands|NC New Caledonia|NF Norfolk Island|NR Nauru|NU Niue|"
          "NZ New Zealand|PF French Polynesia|PG Papua New Guinea|PN Pitcairn Islands|PW Palau|SB Solomon Islands|"
          "TK Tokelau|TL East Timor|TO Tonga|TV Tuvalu|UM U.S. Minor Outlying Islands|VU Vanuatu|WF Wallis and Futuna|"
          "WS Samoa",
    "SA": "AR Argentina|BO Bolivia|BR Brazil|CL Chile|CO Colombia|EC Ecuador|FK Falkland Islands|GF French Guiana|"
          "GY Guyana|PE Peru|PY Paraguay|SR Suriname|UY Uruguay|VE Venezuela",
}  # fmt: skip
#: By code: name and continent.
COUNTRIES = {
    each[:2]: (each[3:], continent) for continent, those in _BY_CONTINENT.items() for each in those.split("|")
}

_SUBDIVISIONS = {
    "US": "AK Alaska|AL Alabama|AR Arkansas|AZ Arizona|CA California|CO Colorado|CT Connecticut|"
          "DC District of Columbia|"
          "DE Delaware|FL Florida|GA Georgia|HI Hawaii|IA Iowa|ID Idaho|IL Illinois|IN Indiana|KS Kansas|KY Kentucky|"
          "LA Louisiana|MA Massachusetts|MD Maryland|ME Maine|MI Michigan|MN Minnesota|MO Missouri|MS Mississippi|"
          "MT Montana|NC North Carolina|ND North Dakota|NE Nebraska|NH New Hampshire|NJ New Jersey|NM New Mexico|"
          "NV Nevada|NY New York|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|"
          "SD South Dakota|TN Tennessee|TX Texas|UT Utah|VA Virginia|VT Vermont|WA Washington|WI Wisconsin|"
          "WV West Virginia|WY Wyoming",
    "UA": "05 Vinnytsia|07 Volyn|09 Luhansk|12 Dnipropetrovsk|14 Donetsk|18 Zhytomyr|21 Zakarpattia|23 Zaporizhzhia|"
          "26 Ivano-Frankivsk|30 Kyiv City|32 Kyiv|35 Kirovohrad|40 Sevastopol|43 Crimea|46 Lviv|48 Mykolaiv|51 Odessa|"
          "53 Poltava|56 Rivne|59 Sumy|61 Ternopil|63 Kharkiv|65 Kherson|68 Khmelnytskyi|71 Cherkasy|74 Chernihiv|"
          "77 Chernivtsi",
}  # fmt: skip
SUBDIVISIONS = {
    (country, each[:2]): each[3:] for country, those in _SUBDIVISIONS.items() for each in those.split("|")
}

#: Latitude and longitude, in degrees.
REGIONS = {
    "us-east-1": (38.9, -77.4), "us-east-2": (40.0, -83.0), "us-west-1": (37.4, -121.9), "us-west-2": (45.8, -119.7),
    "ca-central-1": (45.5, -73.6), "ca-west-1": (51.0, -114.1), "mx-central-1": (20.6, -100.4),
    "sa-east-1": (-23.5, -46.6), "eu-west-1": (53.3, -6.3), "eu-west-2": (51.5, -0.1), "eu-west-3": (48.9, 2.4),
    "eu-central-1": (50.1, 8.7), "eu-central-2": (47.4, 8.5), "eu-north-1": (59.3, 18.1), "eu-south-1": (45.5, 9.2),
    "eu-south-2": (41.6, -0.9), "me-south-1": (26.1, 50.6), "me-central-1": (25.2, 55.3),
    "il-central-1": (32.1, 34.8), "af-south-1": (-33.9, 18.4), "ap-south-1": (19.1, 72.9), "ap-south-2": (17.4, 78.5),
    "ap-southeast-1": (1.3, 103.8), "ap-southeast-2": (-33.9, 151.2), "ap-southeast-3": (-6.2, 106.8),
    "ap-southeast-4": (-37.8, 145.0), "ap-southeast-5": (3.1, 101.7), "ap-southeast-6": (-36.8, 174.8),
    "ap-southeast-7": (13.8, 100.5), "ap-northeast-1": (35.7, 139.7), "ap-northeast-2": (37.6, 127.0),
    "ap-northeast-3": (34.7, 135.5), "ap-east-1": (22.3, 114.2), "ap-east-2": (25.0, 121.5),
    "cn-north-1": (39.9, 116.4), "cn-northwest-1": (37.5, 105.2), "us-gov-east-1": (40.0, -83.0),
    "us-gov-west-1": (45.8, -119.7), "eusc-de-east-1": (52.4, 13.1), "us-iso-east-1": (38.9, -77.4),
}  # fmt: skip
_CONTINENTS = {
    "AF": (2, 20), "AN": (-80, 0), "AS": (35, 100), "EU": (50, 10), "NA": (40, -95), "OC": (-25, 140), "SA": (-15, -60),
}  # fmt: skip
_COUNTRIES = {
    "US": (39, -98), "CA": (50, -95), "MX": (20, -100), "BR": (-15, -50), "AR": (-35, -64), "CL": (-33, -71),
    "GB": (52, -1), "IE": (53, -8), "FR": (47, 2), "ES": (40, -4), "PT": (39, -8), "DE": (51, 10), "NL": (52, 5),
    "CH": (47, 8), "AT": (47, 14), "IT": (42, 12), "SE": (60, 15), "NO": (60, 9), "FI": (61, 25), "PL": (52, 20),
    "UA": (49, 32), "RU": (56, 40), "TR": (39, 35), "IL": (31, 35), "AE": (24, 54), "IN": (21, 78), "CN": (33, 110),
    "JP": (36, 138), "KR": (37, 128), "TW": (24, 121), "HK": (22, 114), "SG": (1, 104), "ID": (-5, 110),
    "AU": (-28, 146), "NZ": (-41, 174), "ZA": (-30, 25), "NG": (9, 8), "EG": (27, 30), "KE": (0, 38),
    "US-CA": (37, -120), "US-WA": (47, -121), "US-OR": (44, -121), "US-TX": (31, -99), "US-NY": (42, -75),
    "US-VA": (38, -78), "US-FL": (28, -82), "US-IL": (40, -89), "US-OH": (40, -83),
}  # fmt: skip
EARTH = 6371.0  # km


class Place(NamedTuple):
    """Where a client is, as far as it is known; empty strings where it isn't."""

    continent: str = ""
    country: str = ""
    subdivision: str = ""

    @property
    def point(self) -> tuple[float, float]:
        """Latitude and longitude; those of us-east-1 for who knows where."""
        for name in (f"{self.country}-{self.subdivision}", self.country):
            if name in _COUNTRIES:
                return _COUNTRIES[name]
        return _CONTINENTS.get(self.continent, REGIONS["us-east-1"])


def place(code: str) -> Place:
    """``EU`` (where no country has that code), ``DE``, ``US-CA``. Raises ValueError for another."""
    country, _, subdivision = code.upper().partition("-")
    if country in COUNTRIES and (not subdivision or (country, subdivision) in SUBDIVISIONS):
        return Place(COUNTRIES[country][1], country, subdivision)
    if country in CONTINENTS and not subdivision:
        return Place(country)
    raise ValueError(f"{code} is no country, continent or subdivision that Route 53 knows")


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres on the globe between two points."""
    (a, b), (c, d) = ((radians(x), radians(y)) for x, y in (one, other))
    return 2 * EARTH * asin(sqrt(sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2))
