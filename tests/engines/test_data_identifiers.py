"""Managed data identifiers: what they find, by check digits and by the words around."""

import pytest

from emulator.engines.data_identifiers import PREFIX, find, managed

# Numbers that their issuers or the standards give as examples.
EXAMPLES = {
    "CreditCardNumber": ("4111 1111 1111 1111", "4111 1111 1111 1112"),
    "BankAccountNumber-DE": ("iban: DE89 3704 0044 0532 0130 00", "iban: DE89 3704 0044 0532 0130 01"),
    "BankAccountNumber-GB": ("account GB29 NWBK 6016 1331 9268 19", "account GB29 NWBK 6016 1331 9268 18"),
    "NationalProviderId-US": ("NPI 1234567893", "NPI 1234567890"),
    "DrugEnforcementAgencyNumber-US": ("DEA number AB1234563", "DEA number AB1234564"),
    "NhsNumber-GB": ("NHS 943 476 5919", "NHS 943 476 5918"),
    "NifNumber-ES": ("NIF 12345678Z", "NIF 12345678A"),
    "NieNumber-ES": ("NIE X-1234567-L", "NIE X-1234567-A"),
    "InseeCode-FR": ("NIR 2 55 08 14 168 025 38", "NIR 2 55 08 14 168 025 39"),
    "TaxId-DE": ("tax id 86 095 742 719", "tax id 86 095 742 718"),
    "CpfCode-BR": ("CPF 529.982.247-25", "CPF 529.982.247-24"),
    "Cnpj-BR": ("CNPJ 11.222.333/0001-81", "CNPJ 11.222.333/0001-82"),
    "NationalIdentificationNumber-IT": ("codice fiscale RSSMRA85T10A562S", "codice fiscale RSSMRA85T10A562T"),
    "SocialInsuranceNumber-CA": ("SIN 046 454 286", "SIN 046 454 287"),
    "IpAddress": ("from 192.0.2.1", "from 192.0.2.256"),
    "CreditCardSecurityCode": ("cvv 123", "room 123"),
    "DateOfBirth": ("date of birth 01/02/1990", "signed on 01/02/1990"),
    "NationalInsuranceNumber-GB": ("NINO AB 12 34 56 C", "NINO BG 12 34 56 C"),
    "MedicareBeneficiaryNumber-US": ("MBI 1EG4-TE5-MK73".replace("TE5-", "TE5"), "MBI 0EG4-TE5MK73"),
}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_number_counts_when_it_is_good_and_named(name):
    good, bad = EXAMPLES[name]
    assert [each.name for each in find(good, [PREFIX + name], {})] == [PREFIX + name]
    assert find(bad, [PREFIX + name], {}) == []


def test_a_keyword_must_stand_near():
    assert find("account" + " " * 20 + "12345678", [PREFIX + "BankAccountNumber-US"], {})
    assert not find("account" + " " * 40 + "12345678", [PREFIX + "BankAccountNumber-US"], {})


def test_every_identifier_is_told_well():
    assert len(managed()) > 80
    for name, each in managed().items():
        assert all(word == word.lower() for word in each.keywords), name
