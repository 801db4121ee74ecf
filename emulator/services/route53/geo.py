"""Geolocations that record sets can be routed by. "
  "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListGeoLocations.html"""

from emulator.engines.geography import CONTINENTS, COUNTRIES, SUBDIVISIONS
from emulator.kernel.errors import AwsError
from emulator.services.route53.service import invalid, page_size, service


def details(continent: str | None, country: str | None, subdivision: str | None) -> dict | None:
    """A location as it is told; None for one that is unknown."""
    if continent and not country and not subdivision:
        return {"ContinentCode": continent, "ContinentName": CONTINENTS[continent]} if continent in CONTINENTS else None
    if country == "*" and not subdivision:
        return {"CountryCode": "*", "CountryName": "Default"}
    if country not in COUNTRIES or (subdivision and (country, subdivision) not in SUBDIVISIONS):
        return None
    found = {"CountryCode": country, "CountryName": COUNTRIES[country][0]}
    if subdivision:
        found |= {"SubdivisionCode": subdivision, "SubdivisionName": SUBDIVISIONS[country, subdivision]}
    return found


@service.operation
def get_geo_location(ctx, ContinentCode=None, CountryCode=None, SubdivisionCode=None):
    """Raises NoSuchGeoLocation, InvalidInput."""
    if (ContinentCode and (CountryCode or SubdivisionCode)) or (SubdivisionCode and not CountryCode):
        raise invalid("Specify a continent, a country, or a country and a subdivision.")
    if not (ContinentCode or CountryCode):
        return {"GeoLocationDetails": details(None, "*", None)}
    found = details(ContinentCode, CountryCode, SubdivisionCode)
    if found is None:
        raise AwsError("NoSuchGeoLocation")
    return {"GeoLocationDetails": found}


#: Continents, then the default, then countries, each before its subdivisions.
ALL = [(code, "", "") for code in CONTINENTS] + [
    ("", country, subdivision) for country, subdivision in sorted(
        [("*", ""), *((code, "") for code in COUNTRIES), *SUBDIVISIONS])]  # fmt: skip


@service.operation
def list_geo_locations(
    ctx, StartContinentCode=None, StartCountryCode=None, StartSubdivisionCode=None, MaxItems=None
):
    """Raises InvalidInput."""
    limit = page_size(MaxItems)
    start = (StartContinentCode or "", StartCountryCode or "", StartSubdivisionCode or "")
    rest = [each for each in ALL if _after(each, start)] if any(start) else ALL
    answer = {"GeoLocationDetailsList": [details(*each) for each in rest[:limit]], "IsTruncated": len(rest) > limit,
              "MaxItems": str(limit)}
    if len(rest) > limit:
        codes = ("NextContinentCode", "NextCountryCode", "NextSubdivisionCode")
        answer |= {name: code for name, code in zip(codes, rest[limit], strict=True) if code}
    return answer


def _after(place: tuple, start: tuple) -> bool:
    """Continents come first; within both parts the order is that of the codes."""
    return (not place[0], place) >= (not start[0], start)
