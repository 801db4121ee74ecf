"""What proves that a call on trust stores and their revocation lists did its work."""

from conformance.services.elbv2.base import declared
from conformance.services.elbv2.reading import STORE, created, described, inside, looked, read, undone
from conformance.services.readback import gone

created("CreateTrustStore", STORE, {}, lambda given: {
    "Status": "ACTIVE", "NumberOfCaCertificates": 1, "TotalRevokedEntries": 0})


@declared.check("ModifyTrustStore")
def store_changed(proof, world, given, answer):
    looked(proof, world, STORE)
    found = read(proof, STORE, given["TrustStoreArn"])
    proof.holds("store", {"NumberOfCaCertificates": 1, "Status": "ACTIVE"}, found)
    proof.equal("answer", found, inside(answer, STORE))


described("DescribeTrustStores", STORE, "store", "TrustStoreArn", lambda made: {
    "Name": made["Name"], "NumberOfCaCertificates": 1, "Status": "ACTIVE"})


@declared.check("AddTrustStoreRevocations")
def revocations_added(proof, world, given, answer):
    looked(proof, world, STORE)
    found = proof.read("DescribeTrustStoreRevocations", {"TrustStoreArn": given["TrustStoreArn"]})
    proof.equal("revocations", found["TrustStoreRevocations"], answer["TrustStoreRevocations"])
    proof.holds("revocation", {"TrustStoreArn": given["TrustStoreArn"], "RevocationType": "CRL",
                               "NumberOfRevokedEntries": 1}, answer["TrustStoreRevocations"][0])


@declared.check("DescribeTrustStoreRevocations")
def revocations_told(proof, world, given, answer):
    looked(proof, world, STORE)
    made = world.fixture("revocation")
    proof.holds("revocation", {"TrustStoreArn": made["TrustStoreArn"], "RevocationType": "CRL",
                               "RevocationId": made["RevocationId"], "NumberOfRevokedEntries": 1},
                (answer["TrustStoreRevocations"] or [None])[0])


@declared.check("RemoveTrustStoreRevocations")
def revocations_gone(proof, world, given, answer):
    found = proof.read("DescribeTrustStoreRevocations", {"TrustStoreArn": given["TrustStoreArn"]})
    proof.equal("revocations", [], found["TrustStoreRevocations"])


@declared.check("DescribeTrustStoreAssociations")
def nobody_uses_it(proof, world, given, answer):
    proof.equal("associations", [], answer["TrustStoreAssociations"])


@declared.check("GetTrustStoreCaCertificatesBundle", "GetTrustStoreRevocationContent")
def location_told(proof, world, given, answer):
    proof.true("Location", answer["Location"].startswith("http") and len(answer["Location"]) > 40, "an address",
               answer["Location"])


gone(declared, "DeleteTrustStore", read="DescribeTrustStoreAssociations", by=("TrustStoreArn",),
     code="TrustStoreNotFound")
undone("CreateTrustStore", "DeleteTrustStore", STORE)
