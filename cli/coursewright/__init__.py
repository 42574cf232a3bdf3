"""The command line of Coursewright, and the local AWS it can run on."""
