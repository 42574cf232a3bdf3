"""The command line of Coursewright."""
