"""What tests of several folders share: modules beside this file can be imported by all of them."""
